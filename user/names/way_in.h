/* SPDX-License-Identifier: GPL-2.0 */
/* The ways by which creations come into the kernel: the table bpf/shared/ways_in.def as data. */
#ifndef NAMES_WAY_IN_H
#define NAMES_WAY_IN_H

#include <stdbool.h>

#include "shared/stages.h"

/* What the caller of a way in gets. */
enum way_in_result {
	RESULT_NUMBER, /* what the outermost stage returns: a descriptor, 0 or -errno */
	RESULT_FILE,
};

struct way_in {
	const char *name;   /* as outputs name it: "socket", "io_uring" */
	const char *call;   /* how its call is written, or NULL where the outermost stage tells */
	const char *caller; /* who calls it, for the documents, or NULL for nobody */
	enum way_in_result result;
	bool is_system_call; /* whose result user space sees */
	bool is_32_bit;	     /* only 32-bit programs have it */
	bool by_socketcall;  /* 32-bit programs may come here through socketcall() */
	bool named_by_call;  /* how the call is written tells the way */
};

/* The properties of a way in; those of VIA_NONE for any number that is none. */
const struct way_in *way_in(enum via via);

/* Its name. Static string. */
static inline const char *via_name(enum via via)
{
	return way_in(via)->name;
}

#endif /* NAMES_WAY_IN_H */
