/* SPDX-License-Identifier: GPL-2.0 */
/* Looking frames of user space up, and what is expected of them. */
#ifndef TESTS_USER_FRAMES_H
#define TESTS_USER_FRAMES_H

#include <string.h>

#include "user/user_symbols.h"

static inline struct user_frame find(struct user_symbols *symbols, const struct process_id *id,
				     __u64 address)
{
	struct user_frame frame;

	user_symbols__select(symbols, id);
	user_symbols__find(symbols, address, &frame);
	return frame;
}

static inline void expect_unknown(const struct user_frame *frame)
{
	assert_string_equal(frame->path, "[unknown]");
	assert_string_equal(frame->module, "[unknown]");
	assert_int_equal(frame->offset, 0);
	assert_null(frame->symbol);
	assert_false(frame->elf_address);
	assert_false(frame->deleted);
}

static inline void expect_at(const struct user_frame *frame, const char *path, const char *module,
			     __u64 offset)
{
	assert_string_equal(frame->path, path);
	assert_string_equal(frame->module, module);
	assert_int_equal(frame->offset, offset);
}

static inline void expect_symbol(const struct user_frame *frame, const char *symbol, __u64 offset)
{
	assert_true(frame->elf_address);
	assert_non_null(frame->symbol);
	assert_string_equal(frame->symbol, symbol);
	assert_int_equal(frame->symbol_offset, offset);
}

#endif /* TESTS_USER_FRAMES_H */
