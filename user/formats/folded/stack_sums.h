/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time by stack: a tree of frames, each of which stands for the stack of itself and those that it
 * was called from. Its memory is bounded, however many stacks there are.
 */
#ifndef FORMATS_FOLDED_STACK_SUMS_H
#define FORMATS_FOLDED_STACK_SUMS_H

#include "text/buffer.h"

#define STACK_SUMS_MAX	     65536 /* stacks; power of two */
#define STACK_SUMS_NO_CALLER 0	   /* the caller of an outermost frame */

struct stack_sum {
	__u32 caller; /* its number */
	__u32 name;   /* number of its own frame's name */
	__u64 ns;     /* of that frame itself */
};

/* All zero at first. Numbers of stacks are indexes; 0 is none. */
struct stack_sums {
	struct stack_sum sums[STACK_SUMS_MAX];
	__u32 slots[2 * STACK_SUMS_MAX]; /* numbers, by a hash of caller and name; 0: free */
	__u32 nr;			 /* stacks that there are */
	__u32 timeless; /* a name's number: frames with it are written even if they took no time */
};

/*
 * The number of the stack that is caller's with this name on top, which is added if it is new. 0 if
 * there is no room for one more.
 */
__u32 stack_sums__find(struct stack_sums *sums, __u32 caller, __u32 name);

/*
 * Appends a line for each stack that has taken time, or needs none: "outer;inner 29000", in the
 * order of the stacks' bytes. names are the texts of the names' numbers. Out of memory buffer has
 * failed.
 */
void stack_sums__write(const struct stack_sums *sums, const char *const *names,
		       struct buffer *buffer);

#endif /* FORMATS_FOLDED_STACK_SUMS_H */
