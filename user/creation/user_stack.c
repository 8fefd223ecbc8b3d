// SPDX-License-Identifier: GPL-2.0
#include "creation/user_stack.h"

#include <stdio.h>
#include <string.h>

#define UNKNOWN "[unknown]"

/* A part of a buffer. */
struct part {
	size_t offset, size;
};

/* Where the text of a frame names its file and its function; the latter is empty if unknown. */
struct frame_text {
	struct part module, symbol;
};

static struct part add_part(struct buffer *buffer, const char *text)
{
	struct part part = { buffer->size, strlen(text) };

	buffer__add(buffer, text, part.size);
	return part;
}

static void add_hex(struct buffer *buffer, const char *prefix, __u64 number)
{
	char text[32];

	snprintf(text, sizeof(text), "%s0x%llx", prefix, (unsigned long long)number);
	buffer__add_string(buffer, text);
}

static bool is_unknown(const struct user_frame *frame)
{
	return !strcmp(frame->path, UNKNOWN);
}

static void set_label(struct user_frame *frame, const char *label)
{
	*frame = (struct user_frame){ .path = label, .module = label };
}

/*
 * Find what lies at an address that the kernel has not found in a file. Return whether it should be
 * known and is not.
 */
static bool find_by_address(const struct user_stack_names *names, const struct wire_record *record,
			    __u64 word, struct user_frame *frame)
{
	enum wire_frame_kind kind = (enum wire_frame_kind)wire_frame__kind(word);
	__u64 address = wire_frame__address(word);

	switch (kind) {
	case WIRE_FRAME_UNPLACED:
	case WIRE_FRAME_UNNAMED:
		user_symbols__find(names->symbols, address, frame);
		if (frame->anonymous)
			user_symbols__find_anonymous(names->symbols, address, record->uid, frame);
		return is_unknown(frame);
	case WIRE_FRAME_ANONYMOUS:
		user_symbols__find_anonymous(names->symbols, address, record->uid, frame);
		return false;
	case WIRE_FRAME_VDSO:
		user_symbols__find(names->symbols, address, frame);
		if (is_unknown(frame))
			set_label(frame, "[vdso]");
		return false;
	default:
		set_label(frame, UNKNOWN);
		return false;
	}
}

/* Find what a frame of the record is. Return whether it should be known and is not. */
static bool find_frame(const struct user_stack_names *names, const struct wire_record *record,
		       __u64 word, struct user_frame *frame)
{
	__u32 number = wire_frame__file(word);
	struct named_file *file;

	if (!(word & WIRE_FRAME_IN_FILE))
		return find_by_address(names, record, word, frame);
	file = named_files__find(names->files, number);
	if (file)
		user_symbols__find_named(names->symbols, file, wire_frame__offset(word), frame);
	else
		set_label(frame, UNKNOWN);
	return !file;
}

/*
 * Append a frame: where it lies, and in which function. back is how far the address that was looked
 * up lies before the one to show.
 */
static struct frame_text add_frame(struct buffer *buffer, const struct user_frame *frame, int back)
{
	struct frame_text text = {};

	text.module = add_part(buffer, frame->module);
	if (frame->anonymous)
		add_hex(buffer, " ", frame->offset + back);
	else if (frame->offset)
		add_hex(buffer, "+", frame->offset + back);
	if (!frame->symbol)
		return text;
	buffer__add_string(buffer, " (");
	text.symbol = add_part(buffer, frame->symbol);
	add_hex(buffer, "+", frame->symbol_offset + back);
	buffer__add_char(buffer, ')');
	return text;
}

static bool is_same(const struct buffer *buffer, const struct part *one, const struct part *other)
{
	return one->size && one->size == other->size && !buffer->failed &&
	       !memcmp(buffer->data + one->offset, buffer->data + other->offset, one->size);
}

/*
 * Return whether what was taken for the caller of the innermost function is that function itself. A
 * function that has a frame of its own leaves return addresses of calls that it has made before.
 */
static bool is_left_over(const struct buffer *buffer, __u64 word,
			 const struct frame_text *innermost, const struct frame_text *text)
{
	return word & WIRE_FRAME_CALLER && is_same(buffer, &innermost->module, &text->module) &&
	       is_same(buffer, &innermost->symbol, &text->symbol);
}

void user_stack__add(struct user_stack *stack, struct buffer *buffer,
		     const struct user_stack_names *names, const struct wire_record *record)
{
	const __u64 *words = wire_record__user_frames(record);
	struct frame_text text, innermost = {};
	struct user_frame frame;
	int i;

	stack->nr_frames = stack->nr_unplaced = 0;
	user_symbols__select(names->symbols, names->process);
	for (i = 0; i < record->nr_user_frames; i++) {
		size_t begin = buffer->size;

		stack->nr_unplaced += find_frame(names, record, words[i], &frame);
		if (words[i] & WIRE_FRAME_UNCERTAIN)
			buffer__add_string(buffer, "? ");
		text = add_frame(buffer, &frame, i != 0);
		if (i == 0)
			innermost = text;
		if (is_left_over(buffer, words[i], &innermost, &text)) {
			buffer->size = begin;
			continue;
		}
		buffer__add_char(buffer, '\0');
		stack->frames[stack->nr_frames++] = begin;
	}
}
