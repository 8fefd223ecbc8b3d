# SPDX-License-Identifier: GPL-2.0
"""Asks for a protocol that IPv4 streams do not have."""
import socket

try:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM, 99)
except OSError as error:
    print(f"python: {error}")
