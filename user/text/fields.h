/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Output that consists of fields. One list says what is written, and the compiler computes from the
 * same list how much room that takes at most, so the two cannot disagree:
 *
 *	#define INODE_FIELDS(F, IF)                                  \
 *		F(u64, ", inode ", socket->inode)                    \
 *		IF(socket->fd < 0, nothing, " (released)")
 *
 *	DEFINE_FIELDS(inode, INODE_FIELDS, const struct wire_socket *socket);
 *
 *	ADD_FIELDS(buffer, inode, socket);
 *
 * F(kind, text, values...) writes the text, which is a literal, and behind it the values. IF() does
 * so only where the condition holds; its room counts in any case. A list may contain another one:
 * OTHER_FIELDS(F, IF).
 *
 * A kind, as u64, is a function put_u64(at, values...), which writes as those of put.h do, and a
 * constant SIZEOF_u64: the most bytes it touches. Those of single values stand beside what writes
 * them; DEFINE_FIELDS() makes both of a list, which so becomes a kind of its own.
 */
#ifndef TEXT_FIELDS_H
#define TEXT_FIELDS_H

#ifdef __SANITIZE_ADDRESS__
#include <stdlib.h>
#endif

#include "text/buffer.h"
#include "text/put.h"

/* Numbers in decimal. */
#define SIZEOF_u64 PUT_U64_SIZE
#define put_u64	   put__u64
#define SIZEOF_s64 PUT_S64_SIZE
#define put_s64	   put__s64
#define SIZEOF_u32 PUT_U32_SIZE
#define SIZEOF_s32 PUT_S32_SIZE

static inline char *put_u32(char *at, __u32 value)
{
	return put__u64(at, value);
}

static inline char *put_s32(char *at, __s32 value)
{
	return put__s64(at, value);
}

/* For a field that consists of its text alone. */
#define SIZEOF_nothing 0

static inline char *put_nothing(char *at)
{
	return at;
}

/*
 * With AddressSanitizer each field is written into a block of just its own size and copied from
 * there: a size that is too small by one is found by the first value that needs it, or touches it,
 * although the fields behind leave room. Otherwise a field is written where it belongs.
 */
#ifdef __SANITIZE_ADDRESS__
/* Not inline, or the compiler would judge by this size what no value can reach. */
static __attribute__((noinline, unused)) char *field__begin(char *at, size_t size)
{
	char *block = malloc(size ? size : 1);

	(void)at;
	if (!block)
		abort();
	return block;
}

static inline char *field__end(char *at, char *begin, const char *end)
{
	size_t size = (size_t)(end - begin);

	memcpy(at, begin, size);
	free(begin);
	return at + size;
}
#else
static inline char *field__begin(char *at, size_t size)
{
	(void)size;
	return at;
}

static inline char *field__end(char *at, char *begin, char *end)
{
	(void)at;
	(void)begin;
	return end;
}
#endif

/* What a list is given as F and IF, to be summed up and to be written. */
#define FIELD_SIZE(kind, text, ...)		  +(sizeof(text) - 1 + SIZEOF_##kind)
#define FIELD_SIZE_IF(condition, kind, text, ...) +(sizeof(text) - 1 + SIZEOF_##kind)

#define FIELD_PUT(kind, text, ...)                                                                 \
	{                                                                                          \
		char *field_ = field__begin(at, sizeof(text) - 1 + SIZEOF_##kind);                 \
		at = field__end(at, field_, put_##kind(put__string(field_, text), ##__VA_ARGS__)); \
	}

#define FIELD_PUT_IF(condition, kind, text, ...)     \
	if (condition) {                             \
		FIELD_PUT(kind, text, ##__VA_ARGS__) \
	}

/* Makes a kind of a list; the parameters are what its values are expressions of. */
#define DEFINE_FIELDS(kind, LIST, ...)                        \
	static inline char *put_##kind(char *at, __VA_ARGS__) \
	{                                                     \
		LIST(FIELD_PUT, FIELD_PUT_IF)                 \
		return at;                                    \
	}                                                     \
	enum { SIZEOF_##kind = 0 LIST(FIELD_SIZE, FIELD_SIZE_IF) }

/* Appends a field of this kind to a buffer; nothing when out of memory. */
#define ADD_FIELDS(buffer, kind, ...)                                                 \
	do {                                                                          \
		char *reserved_ = buffer__reserve(buffer, SIZEOF_##kind);             \
                                                                                      \
		if (reserved_)                                                        \
			buffer__commit(buffer, put_##kind(reserved_, ##__VA_ARGS__)); \
	} while (0)

#endif /* TEXT_FIELDS_H */
