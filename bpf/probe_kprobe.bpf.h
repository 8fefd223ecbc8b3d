/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of probe.bpf.h for kprobe and kretprobe. What is included after this file is built for
 * them, also where fentry came before.
 */
#undef ENTRY_CONTEXT
#undef EXIT_CONTEXT
#undef ENTRY_SECTION
#undef EXIT_SECTION
#undef EXIT_HAS_ARGUMENTS
#undef ENTRY_FRAME
#undef EXIT_FRAME
#undef ARGUMENT
#undef UNTYPED_ARGUMENT
#undef RETURN_VALUE
#undef KERNEL_READ
#undef UNTYPED_READ
#undef READ_POINTER
#undef SKIP_RETURN

#define ENTRY_CONTEXT		struct pt_regs
#define EXIT_CONTEXT		struct pt_regs
#define ENTRY_SECTION(function) SEC("kprobe/" #function)
#define EXIT_SECTION(function)	SEC("kretprobe/" #function)

#define EXIT_HAS_ARGUMENTS false
#define SKIP_RETURN	   0

#define ENTRY_FRAME(ctx, table) PT_REGS_SP(ctx)

#if defined(__TARGET_ARCH_x86)
/* The return has popped the return address off the stack. */
#define EXIT_FRAME(ctx, table) (PT_REGS_SP(ctx) - sizeof(u64))
#else
#define EXIT_FRAME(ctx, table) PT_REGS_SP(ctx)
#endif

/* The sixth argument, for which older libbpf has no macro. */
#if defined(__TARGET_ARCH_x86)
#define ARGUMENT_SIXTH(ctx) ((ctx)->r9)
#else
#define ARGUMENT_SIXTH(ctx) (((struct user_pt_regs *)(ctx))->regs[5])
#endif

#define ARGUMENT_0(ctx)		     PT_REGS_PARM1(ctx)
#define ARGUMENT_1(ctx)		     PT_REGS_PARM2(ctx)
#define ARGUMENT_2(ctx)		     PT_REGS_PARM3(ctx)
#define ARGUMENT_3(ctx)		     PT_REGS_PARM4(ctx)
#define ARGUMENT_4(ctx)		     PT_REGS_PARM5(ctx)
#define ARGUMENT_5(ctx)		     ARGUMENT_SIXTH(ctx)
#define ARGUMENT(ctx, n)	     ARGUMENT_##n(ctx)
#define UNTYPED_ARGUMENT(ctx, n)     ARGUMENT(ctx, n)
#define RETURN_VALUE(ctx, arguments) PT_REGS_RC(ctx)
#define KERNEL_READ(pointer, ...)    BPF_CORE_READ(pointer, __VA_ARGS__)
#define UNTYPED_READ(pointer, ...)   BPF_CORE_READ(pointer, __VA_ARGS__)
#define READ_POINTER(address)	     compat__untyped_argument((const u64 *)(address))
