// SPDX-License-Identifier: GPL-2.0
/*
 * For each stack there are the calls, the innermost last, as a debugger would list them: a call
 * instruction adds one, a return instruction takes it away. The kernel also leaves functions in
 * other ways (trampolines drop frames), so what cannot be on the stack any more is taken away by
 * where on it the others are.
 */
#include "count_stacks.h"

#include <stdlib.h>
#include <string.h>

#define STACK_SHIFT 14 /* THREAD_SIZE: 16 KiB on x86-64 */
#define NR_BUCKETS  1024

struct stacks {
	struct stack *buckets[NR_BUCKETS];
	struct stack *current; /* the one in use, as far as is known */
	uint64_t missed;
};

struct stacks *stacks__new(void)
{
	struct stacks *stacks = calloc(1, sizeof(*stacks));

	if (!stacks)
		return NULL;
	stacks->current = calloc(1, sizeof(*stacks->current));
	return stacks->current ? stacks : NULL;
}

/* NULL if nothing was called there yet. */
static struct stack *find_stack(struct stacks *stacks, uint64_t number)
{
	struct stack *stack;

	for (stack = stacks->buckets[number % NR_BUCKETS]; stack; stack = stack->next) {
		if (stack->number == number)
			break;
	}
	return stack;
}

static struct stack *add_stack(struct stacks *stacks, uint64_t number)
{
	struct stack **bucket = &stacks->buckets[number % NR_BUCKETS];
	struct stack *stack = calloc(1, sizeof(*stack));

	if (!stack)
		abort();
	stack->number = number;
	stack->next = *bucket;
	*bucket = stack;
	return stack;
}

static void add_interruption(struct stack *stack, uint64_t length)
{
	int i;

	for (i = 0; i < stack->nr_open; i++)
		stack->open[i].interrupted += length;
}

/* What another task does on its stack is no part of a call; what an interrupt does is known. */
static void use_stack(struct stacks *stacks, struct stack *stack, uint64_t position)
{
	if (stack == stacks->current)
		return;
	stacks->current->left = position;
	stacks->current = stack;
	if (!stack->interrupts)
		add_interruption(stack, position - stack->left);
}

void stacks__call(struct stacks *stacks, uint64_t frame, uint64_t return_to, uint64_t position)
{
	struct stack *stack = stacks->current;

	if (stack->number != frame >> STACK_SHIFT)
		stack = find_stack(stacks, frame >> STACK_SHIFT);
	if (!stack)
		stack = add_stack(stacks, frame >> STACK_SHIFT);
	use_stack(stacks, stack, position);
	while (stack->nr_jumps && stack->jumps[stack->nr_jumps - 1].frame <= frame)
		stack->nr_jumps--;
	while (stack->nr_open && stack->open[stack->nr_open - 1].jump.frame <= frame) {
		stack->nr_open--;
		stacks->missed++;
	}
	if (!stack->nr_open)
		stack->interrupts = 0;
	if (stack->nr_jumps == MAX_JUMPS) /* what is outermost matters least */
		memmove(stack->jumps, stack->jumps + 1, --stack->nr_jumps * sizeof(*stack->jumps));
	stack->jumps[stack->nr_jumps++] = (struct jump){ .frame = frame, .return_to = return_to };
}

void stacks__return(struct stacks *stacks, uint64_t frame, uint64_t position)
{
	struct stack *stack = find_stack(stacks, frame >> STACK_SHIFT);

	if (!stack)
		return;
	use_stack(stacks, stack, position);
	while (stack->nr_jumps && stack->jumps[stack->nr_jumps - 1].frame <= frame)
		stack->nr_jumps--;
}

/*
 * Whether it was entered by a call, through a retpoline, or by a jump at another function's end: in
 * each case it returns to where the innermost call does.
 */
void stacks__enter(struct stacks *stacks, const struct function *function, uint64_t position)
{
	struct stack *stack = stacks->current;

	if (!stack->nr_jumps || stack->nr_open == MAX_OPEN) {
		stacks->missed++;
		return;
	}
	stack->open[stack->nr_open++] = (struct call){ .function = function,
						       .jump = stack->jumps[stack->nr_jumps - 1],
						       .entry = position };
}

const struct call *stacks__leave(struct stacks *stacks, uint64_t address)
{
	struct stack *stack = stacks->current;
	const struct call *call = stack->nr_open ? &stack->open[stack->nr_open - 1] : NULL;

	if (!call || call->jump.return_to != address)
		return NULL;
	/* Further in, the same code may run again: it comes by here before the call returns. */
	if (stack->nr_jumps && stack->jumps[stack->nr_jumps - 1].frame < call->jump.frame)
		return NULL;
	stack->nr_open--;
	return call;
}

void stacks__begin_interrupt(struct stacks *stacks, uint64_t position)
{
	struct stack *stack = stacks->current;

	if (stack->nr_open && !stack->interrupts++)
		stack->interrupted_from = position;
}

void stacks__end_interrupt(struct stacks *stacks, uint64_t frame, uint64_t position)
{
	struct stack *stack = find_stack(stacks, frame >> STACK_SHIFT);

	if (!stack)
		return;
	use_stack(stacks, stack, position);
	if (stack->interrupts && !--stack->interrupts)
		add_interruption(stack, position - stack->interrupted_from);
}

uint64_t stacks__missed(const struct stacks *stacks)
{
	return stacks->missed;
}
