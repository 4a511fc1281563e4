"""Servers that are killed, disks that forget, networks that lie: what is tried before a release."""
