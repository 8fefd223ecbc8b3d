/* SPDX-License-Identifier: GPL-2.0 */
/* The ways by which creations come into the kernel: the table bpf/shared/ways_in.def as data. */
#ifndef NAMES_WAY_IN_H
#define NAMES_WAY_IN_H

#include <stdbool.h>

#include "shared/stages.h"

struct way_in {
	const char *name;    /* the name in outputs: "socket", "io_uring" */
	const char *call;    /* the name of the call, or NULL if the outermost stage says it */
	const char *caller;  /* who makes the call, for documents; NULL for VIA_NONE */
	bool is_system_call; /* user space sees the result */
	bool by_socketcall;  /* 32-bit programs can also come here through socketcall() */
	bool named_by_call;  /* the call as written already tells the way */
};

/* Return the properties of a way in. A number that is not a way in has those of VIA_NONE. */
const struct way_in *way_in(enum via via);

/* Return the name of a way in, a static string. */
static inline const char *via_name(enum via via)
{
	return way_in(via)->name;
}

#endif /* NAMES_WAY_IN_H */
