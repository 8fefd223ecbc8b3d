// SPDX-License-Identifier: GPL-2.0
#include "formats/tree/tree_state.h"

#include <string.h>

#include "text/text.h"

#define DEFAULT_WIDTH  80
#define MIN_LINE_WIDTH 24 /* however deep the tree is */

/* A line that is being filled. */
struct line {
	const struct tree_state_lines *lines;
	size_t indent; /* of the lines that follow the first */
	size_t used;   /* columns behind the margin */
};

static size_t line_width(const struct tree_state_lines *lines)
{
	size_t width = lines->style->width > 0 ? (size_t)lines->style->width : DEFAULT_WIDTH;

	return width > lines->margin + MIN_LINE_WIDTH ? width - lines->margin : MIN_LINE_WIDTH;
}

static void end_line(const struct line *line)
{
	text__end_color(line->lines->buffer, line->lines->style->color);
	buffer__add_char(line->lines->buffer, '\n');
}

static void begin_line(const struct line *line)
{
	text__begin_color(line->lines->buffer, TEXT_DIM, line->lines->style->color);
	line->lines->begin_line(line->lines->context);
}

/* Appends a word, which is ASCII, on a line of its own where it does not fit. */
static void add_word(struct line *line, const struct buffer *word)
{
	struct buffer *buffer = line->lines->buffer;

	if (line->used > line->indent && line->used + 1 + word->size > line_width(line->lines)) {
		end_line(line);
		begin_line(line);
		buffer__add_spaces(buffer, line->indent);
		line->used = line->indent;
	} else {
		buffer__add_char(buffer, ' ');
		line->used++;
	}
	buffer__add(buffer, word->data, word->size);
	line->used += word->size;
}

static void add_field(struct line *line, const struct state_changes *changes,
		      const struct state_entry *entry, enum state_field field)
{
	struct state_value value;
	struct buffer word = { 0 };

	state_entry__value(changes, entry, field, &value);
	buffer__add_string(&word, state_field__key(field));
	buffer__add_char(&word, '=');
	if (value.is_null)
		buffer__add_string(&word, field == FIELD_FD ? "none" : "NULL");
	else if (value.name[0])
		text__add_escaped(&word, value.name, strlen(value.name), false);
	else if (value.is_signed)
		buffer__add_s64(&word, (__s64)value.number);
	else
		buffer__add_u64(&word, value.number);
	if (value.quoted[0]) {
		buffer__add_string(&word, " \"");
		text__add_escaped(&word, value.quoted, strlen(value.quoted), false);
		buffer__add_char(&word, '"');
	}
	if (!word.failed)
		add_word(line, &word);
	buffer__free(&word);
}

/* Of a new object only what is set; nobody wants to read of all that is not. */
static bool is_shown(const struct state_entry *entry, enum state_field field)
{
	return entry->changed & FIELD_BIT(field) &&
	       !(entry->first && state_entry__is_unset(entry, field));
}

static void add_entry(const struct tree_state_lines *lines, const struct tree *tree,
		      const struct state_entry *entry)
{
	const struct span *span = &tree->spans[entry->span];
	struct line line = { .lines = lines };
	char name[STATE_NAME_SIZE];
	size_t before;
	int field;

	begin_line(&line);
	before = lines->buffer->size;
	if (entry->at_entry) {
		buffer__add_string(lines->buffer, "before ");
		text__add_escaped(lines->buffer, span->name, strlen(span->name), false);
		buffer__add_char(lines->buffer, ' ');
	} else if (span->first_child != TREE_NO_SPAN) {
		/* Its calls stand below, but came before. */
		buffer__add_string(lines->buffer, "at return ");
	}
	buffer__add_string(lines->buffer, state_entry__name(entry, name));
	buffer__add_char(lines->buffer, ':');
	line.used = lines->buffer->size - before;
	line.indent = 2;
	for (field = 0; field < NR_STATE_FIELDS; field++) {
		if (is_shown(entry, field))
			add_field(&line, tree->state, entry, field);
	}
	end_line(&line);
}

static bool has_something(const struct state_entry *entry)
{
	int field;

	for (field = 0; field < NR_STATE_FIELDS; field++) {
		if (is_shown(entry, field))
			return true;
	}
	return false;
}

void tree_state__add(const struct tree_state_lines *lines, const struct tree *tree, int span,
		     bool at_entry)
{
	const struct state_changes *changes = tree->state;
	int i;

	for (i = 0; changes && i < changes->nr_entries; i++) {
		const struct state_entry *entry = &changes->entries[i];

		if (entry->span == span && entry->at_entry == at_entry && has_something(entry))
			add_entry(lines, tree, entry);
	}
}
