/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is different from probe_kprobe.bpf.h where one program runs both at the entry and at the
 * return of several functions (FEATURE_KPROBE_SESSION). The macros of a stage then make functions,
 * which the programs in kprobe_session.bpf.h call.
 */
#ifndef PROBE_KPROBE_SESSION_BPF_H
#define PROBE_KPROBE_SESSION_BPF_H

#include "shared/kfuncs.h"

#undef ENTRY_SECTION
#undef EXIT_SECTION
#undef SKIP_RETURN
#undef KERNEL_READ
#undef UNTYPED_READ

#define ENTRY_SECTION(function) static __noinline
#define EXIT_SECTION(function)	static __noinline

/* An entry that returns this has the kernel not run the program at the return. */
#define SKIP_RETURN 1

/* The kernel's own functions, which the front end puts in place of these calls: see kfuncs.h. */
static bool (*const bpf_session_is_return)(void *ctx) = (void *)KFUNC_SESSION_IS_RETURN;
static void *(*const bpf_rdonly_cast)(const void *pointer, u32 type) = (void *)KFUNC_RDONLY_CAST;

/* A pointer to a struct of the kernel, through which the verifier lets programs load. */
#define TYPE_NUMBER(pointer)                                                \
	_Generic((pointer), struct net * : config.types.net, struct sock *  \
		 : config.types.sock, struct socket *                       \
		 : config.types.socket, struct socket_alloc *               \
		 : config.types.socket_alloc)
#define TYPED(pointer) ((typeof(pointer))bpf_rdonly_cast(pointer, TYPE_NUMBER(pointer)))
#define KERNEL_READ(pointer, ...)  READ_TYPED(TYPED(pointer), __VA_ARGS__)
#define UNTYPED_READ(pointer, ...) READ_TYPED(TYPED(pointer), __VA_ARGS__)

#endif /* PROBE_KPROBE_SESSION_BPF_H */
