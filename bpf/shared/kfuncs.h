/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of the kernel that programs call by their number in its BTF (kfuncs). The numbers
 * differ from kernel to kernel, so programs are built with these in their place, and the front end
 * replaces them before loading: see user/probe/kfuncs.c.
 */
#ifndef KFUNCS_H
#define KFUNCS_H

/* No helper has such a number. */
#define KFUNC_SESSION_IS_RETURN 0x7f000001 /* bpf_session_is_return(); the context since 7.0 */
#define KFUNC_RDONLY_CAST	0x7f000002 /* bpf_rdonly_cast() */

#endif /* KFUNCS_H */
