/* SPDX-License-Identifier: GPL-2.0 */
/* Which security modules (LSM) can have refused a creation. */
#ifndef CREATION_WHY_LSM_H
#define CREATION_WHY_LSM_H

/*
 * Write ": apparmor or bpf; …" with those of the active modules that can refuse to create or to
 * accept a socket, and where to look for more. active is the kernel's list, as
 * "lockdown,capability,apparmor,bpf", or NULL if that is not known: then nothing is written, nor if
 * none of them can have refused. Return where the text ends, at most 1,024 bytes behind at.
 */
char *why_lsm__put_suspects(char *at, const char *active);

#endif /* CREATION_WHY_LSM_H */
