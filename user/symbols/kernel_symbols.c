// SPDX-License-Identifier: GPL-2.0
#include "symbols/kernel_symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbols/kallsyms.h"
#include "symbols/symbol_table.h"

static const char out_of_memory[] = "out of memory";
static const char hidden[] =
	"addresses are hidden: CAP_SYSLOG is needed, and kernel.kptr_restrict below 2";

struct kernel_symbols {
	struct symbol_table table;
	int fd;		 /* the file, kept open for kernel_symbols__refresh() */
	__u64 page_size; /* bytes */
};

/* The state of reading the file once. */
struct reading {
	struct symbol_table *table; /* NULL if only addresses are wanted */
	struct kernel_symbol_address *wanted;
	size_t nr_wanted;
	bool any;	    /* the file has symbols */
	bool shown;	    /* some address was not 0 */
	const char *reason; /* why it failed, or NULL */
};

/*
 * Look whether the line is one of the wanted symbols. Return true when no further line can matter:
 * all are found, and the image's symbols, which precede those of modules, have been read.
 */
static bool match_wanted(struct reading *reading, const struct kallsyms_line *line)
{
	bool all = true;
	size_t i;

	for (i = 0; i < reading->nr_wanted; i++) {
		struct kernel_symbol_address *wanted = &reading->wanted[i];

		if (kallsyms__is_named(line, wanted->name) &&
		    !(line->module_size && wanted->found)) {
			if (!wanted->found++)
				wanted->address = line->address;
		}
		all &= wanted->found != 0;
	}
	return all && line->module_size;
}

static bool visit_line(void *context, const struct kallsyms_line *line)
{
	struct reading *reading = context;
	bool enough;

	reading->any = true;
	reading->shown |= line->address != 0;
	enough = match_wanted(reading, line);
	if (!reading->table)
		return !enough;
	if (line->address)
		reading->reason = symbol_table__add(reading->table, line);
	return !reading->reason;
}

/* Read the file. Return NULL, or why it could not be read. */
static const char *read_file(struct reading *reading, int fd)
{
	size_t i;
	int err;

	for (i = 0; i < reading->nr_wanted; i++) {
		reading->wanted[i].address = 0;
		reading->wanted[i].found = 0;
	}
	err = kallsyms__visit(fd, visit_line, reading);
	if (err)
		return strerror(-err);
	if (reading->reason)
		return reading->reason;
	if (!reading->any)
		return "it has no symbols";
	if (!reading->shown)
		return hidden;
	return NULL;
}

/* Read the table from an open file. Return NULL, or why that failed; then the table is empty. */
static const char *read_table(struct symbol_table *table, int fd,
			      struct kernel_symbol_address *wanted, size_t nr_wanted)
{
	struct reading reading = { .table = table, .wanted = wanted, .nr_wanted = nr_wanted };
	const char *reason;

	memset(table, 0, sizeof(*table));
	reason = read_file(&reading, fd);
	if (!reason)
		reason = symbol_table__finish(table);
	if (reason)
		symbol_table__free(table);
	return reason;
}

struct kernel_symbols *kernel_symbols__read(const char *path, struct kernel_symbol_address *wanted,
					    size_t nr_wanted, const char **reason)
{
	struct kernel_symbols *symbols = calloc(1, sizeof(*symbols));

	if (!symbols) {
		*reason = out_of_memory;
		return NULL;
	}
	symbols->page_size = sysconf(_SC_PAGESIZE);
	symbols->fd = kallsyms__open(path, reason);
	if (symbols->fd >= 0) {
		*reason = read_table(&symbols->table, symbols->fd, wanted, nr_wanted);
		if (!*reason)
			return symbols;
	}
	kernel_symbols__free(symbols);
	return NULL;
}

int kernel_symbols__find_addresses(const char *path, struct kernel_symbol_address *wanted,
				   size_t nr_wanted, const char **reason)
{
	struct reading reading = { .wanted = wanted, .nr_wanted = nr_wanted };
	int fd = kallsyms__open(path, reason);

	if (fd < 0)
		return -1;
	*reason = read_file(&reading, fd);
	close(fd);
	return *reason ? -1 : 0;
}

/* The state of reading the file to find the names of addresses. */
struct naming {
	struct kernel_symbol_name *wanted;
	bool *is_global; /* for each wanted address whether the name found is a global one */
	size_t nr_wanted;
	bool shown; /* some address was not 0 */
};

static bool is_global(char type)
{
	return type >= 'A' && type <= 'Z';
}

static void set_name(struct kernel_symbol_name *wanted, const struct kallsyms_line *line)
{
	size_t size = line->name_size;

	if (size >= sizeof(wanted->name))
		size = sizeof(wanted->name) - 1;
	memcpy(wanted->name, line->name, size);
	wanted->name[size] = '\0';
}

static bool visit_for_names(void *context, const struct kallsyms_line *line)
{
	struct naming *naming = context;
	size_t i;

	if (!line->address)
		return true;
	naming->shown = true;
	for (i = 0; i < naming->nr_wanted; i++) {
		struct kernel_symbol_name *wanted = &naming->wanted[i];

		if (wanted->address != line->address ||
		    (wanted->name[0] && (naming->is_global[i] || !is_global(line->type))))
			continue;
		naming->is_global[i] = is_global(line->type);
		set_name(wanted, line);
	}
	return true;
}

int kernel_symbols__find_names(const char *path, struct kernel_symbol_name *wanted,
			       size_t nr_wanted, const char **reason)
{
	struct naming naming = { .wanted = wanted, .nr_wanted = nr_wanted };
	int fd = kallsyms__open(path, reason);
	size_t i;
	int err;

	if (fd < 0)
		return -1;
	for (i = 0; i < nr_wanted; i++)
		wanted[i].name[0] = '\0';
	naming.is_global = calloc(nr_wanted, sizeof(*naming.is_global));
	err = naming.is_global ? kallsyms__visit(fd, visit_for_names, &naming) : -ENOMEM;
	free(naming.is_global);
	close(fd);
	*reason = err ? strerror(-err) : naming.shown ? NULL : hidden;
	return *reason ? -1 : 0;
}

int kernel_symbols__refresh(struct kernel_symbols *symbols, const char **reason)
{
	struct symbol_table table;

	*reason = read_table(&table, symbols->fd, NULL, 0);
	if (*reason)
		return -1;
	symbol_table__free(&symbols->table);
	symbols->table = table;
	return 0;
}

bool kernel_symbols__find(const struct kernel_symbols *symbols, __u64 address,
			  struct kernel_symbol *symbol)
{
	return symbol_table__find(&symbols->table, address, symbols->page_size, symbol);
}

void kernel_symbols__free(struct kernel_symbols *symbols)
{
	if (!symbols)
		return;
	symbol_table__free(&symbols->table);
	if (symbols->fd >= 0)
		close(symbols->fd);
	free(symbols);
}
