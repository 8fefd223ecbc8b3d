/* SPDX-License-Identifier: GPL-2.0 */
/* What the user side knows about each stage: the table bpf/shared/stages.def as data. */
#ifndef NAMES_STAGE_H
#define NAMES_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "names/way_in.h"
#include "shared/stages.h"

#define STAGE_NONE (-1)

struct stage_info {
	const char *id;		/* "SYS_SOCKET": its BPF programs are enter_<id> and exit_<id> */
	const char *name;	/* the kernel function, as "__sys_socket" */
	const char *other_name; /* its name on other kernels, or NULL */
	enum via via;		/* VIA_NONE if the stage is never outermost */
	enum stage_returns returns;
	__s32 least_success; /* a call has failed if it returned less */
	__u8 arguments;	     /* number of arguments, or ARGUMENTS_VARY */
	__u64 parents; /* STAGE_BIT()s as declared; see plan__parents() for what is in force */
	/*
	 * If the function can't be probed, its span is taken to begin at the successful return of
	 * this sibling. STAGE_NONE if the span can't be reconstructed.
	 */
	int reconstructed_after;
	enum stage_detail detail;
	const char *phrase; /* what the function does; no final stop */
};

extern const struct stage_info stages[NR_STAGES];

/*
 * Return whether a call with the result ret has failed. ret is an integer or enum pointer_result.
 */
static inline bool stage__has_failed(enum stage stage, __s32 ret)
{
	return ret < stages[stage].least_success;
}

/* STAGE_BIT()s of the stages that have reconstructed_after. */
extern const __u64 stages_reconstructible;

/*
 * STAGE_BIT()s of the stages that the table has as variadic: the object of the fentry programs has
 * kprobe programs for them.
 */
extern const __u64 stages_variadic;

/* STAGE_BIT()s of the stages that are hooks of a security module (LSM). */
extern const __u64 stages_lsm;

/*
 * Return how long the module's name is with which the name of a security module's hook begins, as
 * "apparmor" in "apparmor_socket_create". Return 0 for other stages.
 */
size_t stage__module_length(enum stage stage);

/* Return whether a stage is a hook of the security module whose name is these bytes. */
bool stage__is_hook_of(enum stage stage, const char *module, size_t length);

/*
 * Return the STAGE_BIT()s of the hooks of security modules. Their names are separated by commas, as
 * in /sys/kernel/security/lsm.
 */
__u64 stage__hooks_of(const char *modules);

#endif /* NAMES_STAGE_H */
