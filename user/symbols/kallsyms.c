// SPDX-License-Identifier: GPL-2.0
#include "symbols/kallsyms.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "text/buffer.h"
#include "text/lines.h"

int kallsyms__open(const char *path, const char **reason)
{
	int fd = open(path ? path : "/proc/kallsyms", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		*reason = strerror(errno);
	return fd;
}

/* One reading of the file. */
struct reading {
	kallsyms_visitor visit;
	void *context;
	struct buffer modules; /* the names of those that have come, each with a NUL behind it */
	size_t current; /* where that of the last line stands there; NO_MODULE: it has none */
	bool again;	/* the last line's module had come before, with others behind it */
};

#define NO_MODULE SIZE_MAX

/* "ffffffff81000000 T name", and for modules a tab and "[module]". */
static bool parse(struct kallsyms_line *line, const char *text, size_t size)
{
	const char *at = text, *end = text + size, *tab;

	if (!lines__take_hex(&at, end, &line->address) || end - at < 4 || at[0] != ' ' ||
	    at[2] != ' ')
		return false;
	line->type = at[1];
	line->name = at + 3;
	tab = memchr(line->name, '\t', end - line->name);
	line->name_size = (tab ? tab : end) - line->name;
	line->module_size = 0;
	if (!line->name_size || !tab)
		return line->name_size;
	if (end - tab < 4 || tab[1] != '[' || end[-1] != ']')
		return false;
	line->module = tab + 2;
	line->module_size = end - 1 - line->module;
	return true;
}

static bool is_module(const struct reading *reading, size_t at, const struct kallsyms_line *line)
{
	const char *name = reading->modules.data + at;

	return strlen(name) == line->module_size && !memcmp(name, line->module, line->module_size);
}

/* Where the name of the line's module stands; NO_MODULE if it has not come. */
static size_t find_module(const struct reading *reading, const struct kallsyms_line *line)
{
	size_t at = 0;

	while (at < reading->modules.size) {
		if (is_module(reading, at, line))
			return at;
		at += strlen(reading->modules.data + at) + 1;
	}
	return NO_MODULE;
}

/*
 * Whether a line is of a freed function. All that a module has stands together in the file; those
 * that ftrace keeps follow behind all modules.
 */
static bool is_freed(struct reading *reading, const struct kallsyms_line *line)
{
	if (!line->module_size) {
		reading->current = NO_MODULE;
		return false;
	}
	if (reading->current != NO_MODULE && is_module(reading, reading->current, line))
		return reading->again;
	reading->current = find_module(reading, line);
	reading->again = reading->current != NO_MODULE;
	if (!reading->again) {
		reading->current = reading->modules.size;
		buffer__add(&reading->modules, line->module, line->module_size);
		buffer__add_char(&reading->modules, '\0');
	}
	return reading->again;
}

static bool visit_text(void *context, const char *text, size_t size)
{
	struct reading *reading = context;
	struct kallsyms_line line;

	if (!parse(&line, text, size) || is_freed(reading, &line))
		return true;
	return !reading->modules.failed && reading->visit(reading->context, &line);
}

int kallsyms__visit(int fd, kallsyms_visitor visit, void *context)
{
	struct reading reading = { .visit = visit, .context = context, .current = NO_MODULE };
	int err;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	err = lines__visit(fd, visit_text, &reading);
	if (!err && reading.modules.failed)
		err = -ENOMEM;
	buffer__free(&reading.modules);
	return err;
}

bool kallsyms__is_named(const struct kallsyms_line *line, const char *name)
{
	return strlen(name) == line->name_size && !memcmp(line->name, name, line->name_size);
}
