/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which calls of watched functions are open on which stack of the kernel, as far as call and return
 * instructions tell. Positions in time are counts of executed instructions.
 */
#ifndef COUNT_STACKS_H
#define COUNT_STACKS_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_JUMPS 1024
#define MAX_OPEN  64

struct function {
	uint64_t address;
	char name[64];
	bool is_interrupt; /* where an interrupt begins: watched, but called by nobody */
};

/* A call instruction that was executed and whose callee, as far as is known, has not returned. */
struct jump {
	uint64_t frame;	    /* where on the stack it has put the return address */
	uint64_t return_to; /* that address */
};

/* A call of a watched function. */
struct call {
	const struct function *function;
	struct jump jump;
	uint64_t entry;	      /* position before its first instruction */
	uint64_t interrupted; /* instructions executed since by interrupts and other tasks */
};

/* One of the kernel's stacks: a task's, or a processor's for interrupts. */
struct stack {
	uint64_t number; /* address / size */
	struct jump jumps[MAX_JUMPS];
	int nr_jumps;
	struct call open[MAX_OPEN]; /* the innermost last */
	int nr_open;
	int interrupts;		   /* that are under way on top of open calls */
	uint64_t interrupted_from; /* position where the first of these began */
	uint64_t left;		   /* position where another stack came into use */
	struct stack *next;
};

struct stacks;

/* NULL without memory. Never freed: they live as long as QEMU. */
struct stacks *stacks__new(void);

/* A call instruction has put its return address there. */
void stacks__call(struct stacks *stacks, uint64_t frame, uint64_t return_to, uint64_t position);

/* A return instruction has read its return address there. */
void stacks__return(struct stacks *stacks, uint64_t frame, uint64_t position);

/* A watched function's first instruction is next. */
void stacks__enter(struct stacks *stacks, const struct function *function, uint64_t position);

/*
 * A block of code is next. If that is where the innermost open call returns to, it is closed, and
 * valid until the next function of this module is called; else NULL. To be called until then.
 */
const struct call *stacks__leave(struct stacks *stacks, uint64_t address);

/* An interrupt's first instruction is next. */
void stacks__begin_interrupt(struct stacks *stacks, uint64_t position);

/* The last instruction of an interrupt or exception has read there what it returns to. */
void stacks__end_interrupt(struct stacks *stacks, uint64_t frame, uint64_t position);

/* Calls whose return was not seen, or which there was no room for. */
uint64_t stacks__missed(const struct stacks *stacks);

#endif /* COUNT_STACKS_H */
