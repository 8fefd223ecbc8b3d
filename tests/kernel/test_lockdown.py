# SPDX-License-Identifier: GPL-2.0
"""A kernel that is locked down. That cannot be taken back, so this is the last of the tests."""

import os

from tap import check_equal, test
from test_errors import check_error
from tool import FEW_STAGES, TOOL, Run

SECURITYFS = "/sys/kernel/security"
LOCKDOWN = f"{SECURITYFS}/lockdown"


@test("locked down for confidentiality: says so, with and without securityfs")
def locked_down():
    if not os.path.exists(LOCKDOWN):
        mounted = Run("mount", "-t", "securityfs", "none", SECURITYFS)
        check_equal(mounted.status, 0, mounted.errors)
    with open(LOCKDOWN, "w", encoding="ascii") as file:
        file.write("confidentiality")
    run = [TOOL, *FEW_STAGES, "--duration", "0.1"]
    check_error(Run(*run), 1, "locked down (confidentiality)")
    check_equal(Run("umount", SECURITYFS).status, 0, "umount")
    check_error(Run(*run), 1, "locked down (confidentiality)")
