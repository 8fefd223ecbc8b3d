// SPDX-License-Identifier: GPL-2.0
#include "text/utf8.h"

/* What a first byte promises, and the range of the byte behind it (later ones are 80..BF). */
struct sequence {
	unsigned int length; /* 0: no character starts with this byte */
	unsigned int bits;   /* that the first byte gives */
	unsigned char second_min, second_max;
};

/*
 * The narrower ranges of the second byte are what keeps out overlong forms (E0, F0), surrogates
 * (ED) and what is beyond U+10FFFF (F4).
 */
static struct sequence sequence_of(unsigned char first)
{
	struct sequence sequence = { 0, 0, 0x80, 0xbf };

	if (first < 0x80) {
		sequence.length = 1;
		sequence.bits = first;
	} else if (first >= 0xc2 && first <= 0xdf) {
		sequence.length = 2;
		sequence.bits = first & 0x1f;
	} else if (first >= 0xe0 && first <= 0xef) {
		sequence.length = 3;
		sequence.bits = first & 0x0f;
		if (first == 0xe0)
			sequence.second_min = 0xa0;
		else if (first == 0xed)
			sequence.second_max = 0x9f;
	} else if (first >= 0xf0 && first <= 0xf4) {
		sequence.length = 4;
		sequence.bits = first & 0x07;
		if (first == 0xf0)
			sequence.second_min = 0x90;
		else if (first == 0xf4)
			sequence.second_max = 0x8f;
	}
	return sequence;
}

bool utf8__next(const char *data, size_t size, size_t *length, unsigned int *code_point)
{
	struct sequence sequence = sequence_of((unsigned char)data[0]);
	unsigned char min = sequence.second_min, max = sequence.second_max;
	unsigned int value = sequence.bits;
	size_t i;

	*code_point = 0xfffd;
	*length = 1;
	if (!sequence.length)
		return false;
	for (i = 1; i < sequence.length; i++) {
		unsigned char byte;

		if (i == size)
			return false;
		byte = (unsigned char)data[i];
		if (byte < min || byte > max)
			return false;
		value = value << 6 | (byte & 0x3f);
		min = 0x80;
		max = 0xbf;
		*length = i + 1;
	}
	*code_point = value;
	return true;
}

size_t utf8__whole(const char *data, size_t size)
{
	unsigned int code_point;
	size_t left, length;

	for (left = 1; left <= 3 && left <= size; left++) {
		const char *start = data + size - left;

		if (sequence_of((unsigned char)*start).length > left &&
		    !utf8__next(start, left, &length, &code_point) && length == left)
			return size - left;
	}
	return size;
}

bool utf8__is_control(unsigned int code_point)
{
	return code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f);
}

/* The Unicode format characters (Cf), line separators and noncharacters. */
static const struct {
	unsigned int first, last;
} invisible[] = {
	{ 0xad, 0xad },	      { 0x61c, 0x61c },	     { 0x180e, 0x180e },   { 0x200b, 0x200f },
	{ 0x2028, 0x202e },   { 0x2060, 0x206f },    { 0xfdd0, 0xfdef },   { 0xfeff, 0xfeff },
	{ 0xfff0, 0xfffb },   { 0xfffe, 0xffff },    { 0x1fffe, 0x1ffff }, { 0x2fffe, 0x2ffff },
	{ 0xe0000, 0xe00ff }, { 0xffffe, 0x10ffff },
};

bool utf8__is_invisible(unsigned int code_point)
{
	size_t i;

	for (i = 0; i < sizeof(invisible) / sizeof(invisible[0]); i++) {
		if (code_point >= invisible[i].first && code_point <= invisible[i].last)
			return true;
	}
	return false;
}
