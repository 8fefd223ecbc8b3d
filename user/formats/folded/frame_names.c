// SPDX-License-Identifier: GPL-2.0
#include "formats/folded/frame_names.h"

#include <stdlib.h>
#include <string.h>

#include "text/text.h"

#define NR_SLOTS (2 * FRAME_NAMES_MAX)

/*
 * Frames are separated by ';', the last one from its number by a space, and some readers skip lines
 * that begin with '#'. These are written as \xNN, like bytes that are not printable.
 */
static void add_escaped(struct buffer *buffer, const char *name, size_t size)
{
	size_t i, plain = 0;

	for (i = 0; i < size; i++) {
		if (name[i] != ' ' && name[i] != ';' && name[i] != '#')
			continue;
		text__add_escaped(buffer, name + plain, i - plain, true);
		buffer__add_string(buffer, name[i] == ' '   ? "\\x20"
					   : name[i] == ';' ? "\\x3b"
							    : "\\x23");
		plain = i + 1;
	}
	text__add_escaped(buffer, name + plain, size - plain, true);
	/* A frame without a name would be none. */
	if (!size)
		buffer__add_string(buffer, "[thread-without-a-name]");
}

/* FNV-1a. */
static __u32 hash(const char *text)
{
	__u32 value = 2166136261U;

	for (; *text; text++)
		value = (value ^ (unsigned char)*text) * 16777619U;
	return value;
}

/* Where in the slots the name is, or a free place for it. */
static __u32 *find_slot(struct frame_names *names, const char *text)
{
	__u32 slot = hash(text) & (NR_SLOTS - 1);

	while (names->slots[slot] && strcmp(names->texts[names->slots[slot]], text) != 0)
		slot = (slot + 1) & (NR_SLOTS - 1);
	return &names->slots[slot];
}

__u32 frame_names__find(struct frame_names *names, const char *name, size_t size, bool add)
{
	struct buffer text = { 0 };
	__u32 *slot, number = 0;

	add_escaped(&text, name, size);
	buffer__add_char(&text, '\0');
	if (text.failed)
		goto out;
	slot = find_slot(names, text.data);
	number = *slot;
	if (number || !add || names->nr == FRAME_NAMES_MAX - 1)
		goto out;
	names->texts[names->nr + 1] = strdup(text.data);
	if (names->texts[names->nr + 1])
		number = *slot = ++names->nr;
out:
	buffer__free(&text);
	return number;
}

void frame_names__free(struct frame_names *names)
{
	__u32 number;

	for (number = 1; number <= names->nr; number++)
		free(names->texts[number]);
}
