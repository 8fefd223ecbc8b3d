// SPDX-License-Identifier: GPL-2.0
#include "text/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE 65536

/* Calls visit for the whole lines in data. Returns how many bytes they take; *more as visit says.
 */
static size_t visit_block(const char *data, size_t size, line_visitor visit, void *context,
			  bool *more)
{
	const char *at = data, *newline;

	while (*more && (newline = memchr(at, '\n', data + size - at))) {
		*more = visit(context, at, newline - at);
		at = newline + 1;
	}
	return at - data;
}

static int visit_blocks(int fd, char *block, line_visitor visit, void *context)
{
	size_t filled = 0, taken;
	bool more = true;
	ssize_t size;

	while (more) {
		if (filled == BLOCK_SIZE)
			return -EOVERFLOW;
		size = read(fd, block + filled, BLOCK_SIZE - filled);
		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return size ? -errno : 0;
		filled += size;
		taken = visit_block(block, filled, visit, context, &more);
		filled -= taken;
		memmove(block, block + taken, filled);
	}
	return 0;
}

int lines__visit(int fd, line_visitor visit, void *context)
{
	char *block = malloc(BLOCK_SIZE);
	int err;

	if (!block)
		return -ENOMEM;
	err = visit_blocks(fd, block, visit, context);
	free(block);
	return err;
}

static inline unsigned int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool lines__take_hex(const char **at, const char *end, __u64 *value)
{
	const char *digit = *at;
	unsigned int number;
	__u64 sum = 0;

	for (; digit < end && (number = hex_digit(*digit)) < 16; digit++) {
		if (sum >> 60)
			return false;
		sum = sum << 4 | number;
	}
	if (digit == *at)
		return false;
	*at = digit;
	*value = sum;
	return true;
}

bool lines__take_decimal(const char **at, const char *end, __u64 *value)
{
	const char *digit = *at;
	__u64 sum = 0;

	for (; digit < end && *digit >= '0' && *digit <= '9'; digit++) {
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, (__u64)(*digit - '0'), &sum))
			return false;
	}
	if (digit == *at)
		return false;
	*at = digit;
	*value = sum;
	return true;
}
