// SPDX-License-Identifier: GPL-2.0
#include "formats/folded/stack_sums.h"

#include <stdlib.h>
#include <string.h>

#define NR_SLOTS (2 * STACK_SUMS_MAX)

/* A stack in words, while they are sorted. */
struct line {
	size_t at; /* in the text of all */
	size_t size;
	__u64 ns;
};

/* Where in the slots the stack is, or a free place for it. */
static __u32 *find_slot(struct stack_sums *sums, __u32 caller, __u32 name)
{
	/* The constant's bits are without any order; the upper ones of a product mix all. */
	__u64 hash = (((__u64)caller << 32) | name) * 0x9e3779b97f4a7c15ULL >> 32;
	__u32 slot = hash & (NR_SLOTS - 1);

	for (;; slot = (slot + 1) & (NR_SLOTS - 1)) {
		const struct stack_sum *sum = &sums->sums[sums->slots[slot]];

		if (!sums->slots[slot] || (sum->caller == caller && sum->name == name))
			return &sums->slots[slot];
	}
}

__u32 stack_sums__find(struct stack_sums *sums, __u32 caller, __u32 name)
{
	__u32 *slot = find_slot(sums, caller, name);

	if (*slot)
		return *slot;
	/* Number 0 is none. */
	if (sums->nr == STACK_SUMS_MAX - 1)
		return 0;
	*slot = ++sums->nr;
	sums->sums[*slot] = (struct stack_sum){ .caller = caller, .name = name };
	return *slot;
}

/* The names of a stack, the outermost first. It is as deep as a record has spans. */
static void add_stack(const struct stack_sums *sums, __u32 number, const char *const *names,
		      struct buffer *text)
{
	const struct stack_sum *sum = &sums->sums[number];

	if (sum->caller != STACK_SUMS_NO_CALLER) {
		add_stack(sums, sum->caller, names, text);
		buffer__add_char(text, ';');
	}
	buffer__add_string(text, names[sum->name]);
}

/* The stacks that have taken time, in words. Returns how many. */
static size_t make_lines(const struct stack_sums *sums, const char *const *names,
			 struct buffer *text, struct line *lines)
{
	size_t nr_lines = 0;
	__u32 number;

	for (number = 1; number <= sums->nr; number++) {
		struct line line = { .at = text->size, .ns = sums->sums[number].ns };

		if (!line.ns && sums->sums[number].name != sums->timeless)
			continue;
		add_stack(sums, number, names, text);
		line.size = text->size - line.at;
		lines[nr_lines++] = line;
	}
	return nr_lines;
}

static int compare(const void *a, const void *b, void *context)
{
	const struct line *first = a, *second = b;
	const char *text = context;
	size_t common = first->size < second->size ? first->size : second->size;
	int order = memcmp(text + first->at, text + second->at, common);

	return order ? order : (first->size > second->size) - (first->size < second->size);
}

static void add_line(struct buffer *buffer, const char *text, const struct line *line)
{
	buffer__add(buffer, text + line->at, line->size);
	buffer__add_char(buffer, ' ');
	buffer__add_u64(buffer, line->ns);
	buffer__add_char(buffer, '\n');
}

void stack_sums__write(const struct stack_sums *sums, const char *const *names,
		       struct buffer *buffer)
{
	struct line *lines = calloc(sums->nr + 1, sizeof(*lines));
	struct buffer text = { 0 };
	size_t i, nr_lines;

	if (!lines) {
		buffer->failed = true;
		return;
	}
	nr_lines = make_lines(sums, names, &text, lines);
	buffer->failed |= text.failed;
	if (!text.failed && nr_lines)
		qsort_r(lines, nr_lines, sizeof(*lines), compare, text.data);
	for (i = 0; i < nr_lines && !text.failed; i++)
		add_line(buffer, text.data, &lines[i]);
	buffer__free(&text);
	free(lines);
}
