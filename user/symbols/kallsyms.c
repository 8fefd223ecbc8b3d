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

/* The state of reading the file once. */
struct reading {
	kallsyms_visitor visit;
	void *context;
	struct buffer modules; /* names of the modules seen so far, each terminated by NUL */
	size_t current;	       /* offset in modules of the last line's module, or NO_MODULE */
	bool again;	       /* that module had lines before, followed by those of others */
};

#define NO_MODULE SIZE_MAX

/* Parse "ffffffff81000000 T name", which for modules is followed by a tab and "[module]". */
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

/* Return the offset of the line's module in modules, or NO_MODULE if it has not been seen. */
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
 * Keep track of the line's module. Return whether the line is that of a freed function. All lines
 * of a module are next to each other in the file, but those that ftrace keeps come after all
 * modules.
 */
static bool track_module(struct reading *reading, const struct kallsyms_line *line)
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

	if (!parse(&line, text, size) || track_module(reading, &line))
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
