// SPDX-License-Identifier: GPL-2.0
#include "kallsyms.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "lines.h"

int kallsyms__open(const char *path, const char **reason)
{
	int fd = open(path ? path : "/proc/kallsyms", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		*reason = strerror(errno);
	return fd;
}

/* "ffffffff81000000 T name", and for modules a tab and "[module]". */
bool kallsyms__parse(struct kallsyms_line *line, const char *text, size_t size)
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

bool kallsyms__is_named(const struct kallsyms_line *line, const char *name)
{
	return strlen(name) == line->name_size && !memcmp(line->name, name, line->name_size);
}
