/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The enumerations that follow from the tables of stages and of ways in. The BPF side and the user
 * side share them.
 */
#ifndef STAGES_H
#define STAGES_H

#ifndef __VMLINUX_H__ /* user space */
#include <stdbool.h>
#endif

/*
 * The way by which a creation came into the kernel. VIA_NONE is for stages that are never
 * outermost.
 */
enum via {
#define VIA(id, ...) VIA_##id,
#include "shared/ways_in.def"
#undef VIA
	NR_WAYS_IN,
};

/* The ways that socketcall() of 32-bit programs leads to, as a mask of 1 << via. */
enum {
	WAYS_BY_SOCKETCALL = 0
#define VIA(id, name, call, caller, is_system_call, by_socketcall, ...) \
	| (by_socketcall) << VIA_##id
#include "shared/ways_in.def"
#undef VIA
};

/* What a stage's function returns, which says how to read a span's return value. */
enum stage_returns {
	RETURNS_VOID,
	RETURNS_ERRNO,	  /* int: 0, or -errno */
	RETURNS_FD,	  /* int: a descriptor, or -errno */
	RETURNS_PROTOCOL, /* int: a protocol's number */
	RETURNS_POINTER,  /* a pointer, NULL or ERR_PTR(-errno); recorded as enum pointer_result */
};

/* How a returned pointer is recorded. Negative values are the -errno of an ERR_PTR(). */
enum pointer_result {
	POINTER_NULL = 0,
	POINTER_VALID = 1,
};

/* The lowest level of detail at which a stage is observed. */
enum stage_detail {
	DETAIL_CORE,
	DETAIL_FULL,
	DETAIL_ACCEPT, /* a stage of accept(), observed on request at any level */
};

/* In the table: the number of arguments differs between kernels. */
#define ARGUMENTS_VARY 0xff

enum stage {
#define STAGE(id, ...) STAGE_##id,
#include "shared/stages.def"
#undef STAGE
	NR_STAGES,
};

/* The stage with an id that is a macro. */
#define STAGE_OF(id)	STAGE_OF_ID(id)
#define STAGE_OF_ID(id) STAGE_##id

/* A set of stages is a mask of 64 bits. */
#define STAGE_BIT(stage) (1ULL << (stage))
_Static_assert(NR_STAGES <= 64, "a set of stages is a 64-bit mask");

#endif /* STAGES_H */
