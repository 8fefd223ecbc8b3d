/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is different from probe_kprobe.bpf.h where one program runs both at the entry and at the
 * return of several functions (FEATURE_KPROBE_SESSION). The macros of a stage then make functions,
 * which the programs in kprobe_session.bpf.h call.
 */
#ifndef PROBE_KPROBE_SESSION_BPF_H
#define PROBE_KPROBE_SESSION_BPF_H

#undef ENTRY_SECTION
#undef EXIT_SECTION
#undef SKIP_RETURN
#undef KERNEL_READ
#undef UNTYPED_READ
#undef READ_POINTER

#define ENTRY_SECTION(function) static __always_inline
#define EXIT_SECTION(function)	static __always_inline

/* An entry that returns this has the kernel not run the program at the return. */
#define SKIP_RETURN 1

/* A pointer to a struct of the kernel, through which the verifier lets programs load. */
#define TYPE_NUMBER(pointer)                                  \
	_Generic((pointer), struct list_head *                \
		 : config.types.list_head, struct net *       \
		 : config.types.net, struct sock *            \
		 : config.types.sock, struct socket *         \
		 : config.types.socket, struct socket_alloc * \
		 : config.types.socket_alloc)
#define TYPED(pointer)		   ((typeof(pointer))bpf_rdonly_cast(pointer, TYPE_NUMBER(pointer)))
#define KERNEL_READ(pointer, ...)  READ_TYPED(TYPED(pointer), __VA_ARGS__)
#define UNTYPED_READ(pointer, ...) READ_TYPED(TYPED(pointer), __VA_ARGS__)

/* The first member of that struct is a pointer. */
#define READ_POINTER(address) ((u64)TYPED((struct list_head *)(address))->next)

#endif /* PROBE_KPROBE_SESSION_BPF_H */
