// SPDX-License-Identifier: GPL-2.0
#include "kernel_symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "lines.h"

#define KALLSYMS    "/proc/kallsyms"
#define MAX_SYMBOLS (4U << 20)	 /* a kernel with all modules has some 400,000 */
#define MAX_NAMES   (256U << 20) /* bytes; offsets of modules have 30 bits */

static const char out_of_memory[] = "out of memory";
static const char hidden[] =
	"addresses are hidden: CAP_SYSLOG is needed, and kernel.kptr_restrict below 2";

/* Which of several symbols at one address is shown: the lowest, and of these the file's first. */
enum rank {
	RANK_END, /* here text ends: nothing is shown */
	RANK_GLOBAL,
	RANK_WEAK,
	RANK_LOCAL,
};

struct symbol {
	__u64 address;
	__u32 name;	   /* offset in names; grows in the file's order */
	__u32 module : 30; /* offset in names, 0 for the kernel's image */
	__u32 rank : 2;
};

struct table {
	struct symbol *symbols; /* by address, each address once */
	size_t nr_symbols;
	size_t capacity;
	struct buffer names; /* NUL-terminated strings; the first is empty */
};

struct kernel_symbols {
	struct table table;
	int fd;		 /* the file, kept open for refreshing */
	__u64 page_size; /* bytes */
};

struct line {
	__u64 address;
	const char *name;
	const char *module; /* without brackets */
	size_t name_size;
	size_t module_size; /* 0 for the kernel's image */
	char type;
};

/* One reading of the file. */
struct reading {
	struct table *table; /* NULL if only addresses are wanted */
	struct kernel_symbol_address *wanted;
	size_t nr_wanted;
	bool any;	    /* there are symbols at all */
	bool shown;	    /* an address that is not 0 was read */
	const char *reason; /* set if it failed */
};

static void table__free(struct table *table)
{
	free(table->symbols);
	buffer__free(&table->names);
	memset(table, 0, sizeof(*table));
}

/* The offset of a copy of the string. */
static __u32 table__add_name(struct table *table, const char *name, size_t size)
{
	size_t offset = table->names.size;

	buffer__add(&table->names, name, size);
	buffer__add_char(&table->names, '\0');
	return offset;
}

/* Of the last symbol's module, if that is the same: a module's symbols stand together. */
static __u32 table__add_module(struct table *table, const char *module, size_t size)
{
	const char *last;

	if (!size)
		return 0;
	if (table->nr_symbols) {
		__u32 offset = table->symbols[table->nr_symbols - 1].module;

		last = table->names.data + offset;
		if (offset && strlen(last) == size && !memcmp(last, module, size))
			return offset;
	}
	return table__add_name(table, module, size);
}

static bool table__grow(struct table *table)
{
	size_t capacity = table->capacity ? 2 * table->capacity : 65536;
	struct symbol *symbols;

	if (table->nr_symbols < table->capacity)
		return true;
	symbols = reallocarray(table->symbols, capacity, sizeof(*symbols));
	if (!symbols)
		return false;
	table->symbols = symbols;
	table->capacity = capacity;
	return true;
}

/* Adds a symbol. NULL, or why not. */
static const char *table__add(struct table *table, const struct line *line, enum rank rank)
{
	struct symbol symbol = { .address = line->address, .rank = rank };

	if (table->nr_symbols == MAX_SYMBOLS || table->names.size > MAX_NAMES)
		return "there are more symbols than a kernel can have";
	if (!table__grow(table))
		return out_of_memory;
	symbol.module = table__add_module(table, line->module, line->module_size);
	if (rank != RANK_END)
		symbol.name = table__add_name(table, line->name, line->name_size);
	if (table->names.failed)
		return out_of_memory;
	table->symbols[table->nr_symbols++] = symbol;
	return NULL;
}

/* "ffffffff81000000 T name", and for modules a tab and "[module]". */
static bool parse_line(struct line *line, const char *at, size_t size)
{
	const char *end = at + size, *tab;

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

static bool is_named(const struct line *line, const char *name)
{
	return strlen(name) == line->name_size && !memcmp(line->name, name, line->name_size);
}

/* Where the linker says that text ends, even if it counts these names as text. */
static bool ends_text(const struct line *line)
{
	return line->name[0] == '_' && !line->module_size &&
	       (is_named(line, "_etext") || is_named(line, "_einittext") || is_named(line, "_end"));
}

/* Data of the image behind its text. Later data need not be marked. */
static bool follows_text(const struct table *table, const struct line *line)
{
	const struct symbol *last;

	if (line->module_size || !table->nr_symbols)
		return false;
	last = &table->symbols[table->nr_symbols - 1];
	return !last->module && last->rank != RANK_END && last->address < line->address;
}

static const char *keep(struct table *table, const struct line *line)
{
	if (ends_text(line))
		return table__add(table, line, RANK_END);
	switch (line->type) {
	case 'T':
		return table__add(table, line, RANK_GLOBAL);
	case 'W':
	case 'w':
		return table__add(table, line, RANK_WEAK);
	case 't':
		return table__add(table, line, RANK_LOCAL);
	case 'B':
	case 'b':
	case 'D':
	case 'd':
	case 'R':
	case 'r':
		return follows_text(table, line) ? table__add(table, line, RANK_END) : NULL;
	default: /* absolute values, such as offsets within per-cpu data, are no addresses */
		return NULL;
	}
}

/* Whether all that is wanted was found in the image, which stands before the modules. */
static bool look_for_wanted(struct reading *reading, const struct line *line)
{
	bool all = true;
	size_t i;

	for (i = 0; i < reading->nr_wanted; i++) {
		struct kernel_symbol_address *wanted = &reading->wanted[i];

		if (is_named(line, wanted->name) && !(line->module_size && wanted->found)) {
			if (!wanted->found++)
				wanted->address = line->address;
		}
		all &= wanted->found != 0;
	}
	return all && line->module_size;
}

static bool visit_line(void *context, const char *text, size_t size)
{
	struct reading *reading = context;
	struct line line;
	bool enough;

	if (!parse_line(&line, text, size))
		return true;
	reading->any = true;
	reading->shown |= line.address != 0;
	enough = look_for_wanted(reading, &line);
	if (!reading->table)
		return !enough;
	if (line.address)
		reading->reason = keep(reading->table, &line);
	return !reading->reason;
}

/* NULL, or why the file could not be read. */
static const char *read_file(struct reading *reading, int fd)
{
	size_t i;
	int err;

	for (i = 0; i < reading->nr_wanted; i++) {
		reading->wanted[i].address = 0;
		reading->wanted[i].found = 0;
	}
	if (lseek(fd, 0, SEEK_SET) < 0)
		return strerror(errno);
	err = lines__visit(fd, visit_line, reading);
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

static int compare_addresses(const void *a, const void *b)
{
	const struct symbol *left = a, *right = b;

	return (left->address > right->address) - (left->address < right->address);
}

static size_t count_sorted(const struct symbol *symbols, size_t number)
{
	size_t i;

	for (i = 1; i < number; i++) {
		if (symbols[i].address < symbols[i - 1].address)
			return i;
	}
	return number;
}

/* Merges the first symbols with the others, from the back, with a copy of the others alone. */
static bool merge(struct symbol *symbols, size_t first, size_t number)
{
	size_t others = number - first;
	struct symbol *copy = malloc(others * sizeof(*copy));

	if (!copy)
		return false;
	memcpy(copy, symbols + first, others * sizeof(*copy));
	while (others) {
		if (first && symbols[first - 1].address > copy[others - 1].address)
			symbols[--number] = symbols[--first];
		else
			symbols[--number] = copy[--others];
	}
	free(copy);
	return true;
}

/* The image's symbols, most of all, are sorted in the file. Only those behind them are sorted here.
 */
static bool table__sort(struct table *table)
{
	struct symbol *symbols = table->symbols;
	size_t number = table->nr_symbols, sorted = count_sorted(symbols, number);

	if (sorted == number)
		return true;
	qsort(symbols + sorted, number - sorted, sizeof(*symbols), compare_addresses);
	if (symbols[sorted - 1].address <= symbols[sorted].address)
		return true;
	return merge(symbols, sorted, number);
}

static bool is_better(const struct symbol *symbol, const struct symbol *other)
{
	if (symbol->rank != other->rank)
		return symbol->rank < other->rank;
	return symbol->name < other->name;
}

/* Leaves one symbol at each address. */
static void table__drop_aliases(struct table *table)
{
	struct symbol *symbols = table->symbols;
	size_t kept = 0, i;

	for (i = 0; i < table->nr_symbols; i++) {
		if (!kept || symbols[kept - 1].address != symbols[i].address)
			symbols[kept++] = symbols[i];
		else if (is_better(&symbols[i], &symbols[kept - 1]))
			symbols[kept - 1] = symbols[i];
	}
	table->nr_symbols = kept;
}

/* Gives back what was allocated for growing. */
static void table__shrink(struct table *table)
{
	struct symbol *symbols;

	symbols = reallocarray(table->symbols, table->nr_symbols, sizeof(*symbols));
	if (symbols) {
		table->symbols = symbols;
		table->capacity = table->nr_symbols;
	}
}

/* Reads the table of an open file. NULL, or why not: then the table is empty. */
static const char *table__read(struct table *table, int fd, struct kernel_symbol_address *wanted,
			       size_t nr_wanted)
{
	struct reading reading = { .table = table, .wanted = wanted, .nr_wanted = nr_wanted };
	const char *reason;

	memset(table, 0, sizeof(*table));
	table__add_name(table, "", 0);
	reason = read_file(&reading, fd);
	if (!reason && !table->nr_symbols)
		reason = "it has no functions";
	if (!reason && !table__sort(table))
		reason = out_of_memory;
	if (reason) {
		table__free(table);
		return reason;
	}
	table__drop_aliases(table);
	table__shrink(table);
	return NULL;
}

static int open_file(const char *path, const char **reason)
{
	int fd = open(path ? path : KALLSYMS, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		*reason = strerror(errno);
	return fd;
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
	symbols->fd = open_file(path, reason);
	if (symbols->fd >= 0) {
		*reason = table__read(&symbols->table, symbols->fd, wanted, nr_wanted);
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
	int fd = open_file(path, reason);

	if (fd < 0)
		return -1;
	*reason = read_file(&reading, fd);
	close(fd);
	return *reason ? -1 : 0;
}

/* A reading in which the names of addresses are looked for. */
struct naming {
	struct kernel_symbol_name *wanted;
	bool *is_global; /* of each whose name is known */
	size_t nr_wanted;
	bool shown; /* an address that is not 0 was read */
};

static bool is_global(char type)
{
	return type >= 'A' && type <= 'Z';
}

static bool visit_for_names(void *context, const char *text, size_t size)
{
	struct naming *naming = context;
	struct line line;
	size_t i;

	if (!parse_line(&line, text, size) || !line.address)
		return true;
	naming->shown = true;
	for (i = 0; i < naming->nr_wanted; i++) {
		struct kernel_symbol_name *wanted = &naming->wanted[i];

		if (wanted->address != line.address ||
		    (wanted->name[0] && (naming->is_global[i] || !is_global(line.type))))
			continue;
		naming->is_global[i] = is_global(line.type);
		if (line.name_size >= sizeof(wanted->name))
			line.name_size = sizeof(wanted->name) - 1;
		memcpy(wanted->name, line.name, line.name_size);
		wanted->name[line.name_size] = '\0';
	}
	return true;
}

int kernel_symbols__find_names(const char *path, struct kernel_symbol_name *wanted,
			       size_t nr_wanted, const char **reason)
{
	struct naming naming = { .wanted = wanted, .nr_wanted = nr_wanted };
	int fd = open_file(path, reason);
	size_t i;
	int err;

	if (fd < 0)
		return -1;
	for (i = 0; i < nr_wanted; i++)
		wanted[i].name[0] = '\0';
	naming.is_global = calloc(nr_wanted, sizeof(*naming.is_global));
	err = naming.is_global ? lines__visit(fd, visit_for_names, &naming) : -ENOMEM;
	free(naming.is_global);
	close(fd);
	*reason = err ? strerror(-err) : naming.shown ? NULL : hidden;
	return *reason ? -1 : 0;
}

int kernel_symbols__refresh(struct kernel_symbols *symbols, const char **reason)
{
	struct table table;

	*reason = table__read(&table, symbols->fd, NULL, 0);
	if (*reason)
		return -1;
	table__free(&symbols->table);
	symbols->table = table;
	return 0;
}

/* The index of the last symbol at or below address; nr_symbols if there is none. */
static size_t table__search(const struct table *table, __u64 address)
{
	size_t low = 0, high = table->nr_symbols;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : table->nr_symbols;
}

/* Code that the kernel made: pieces that come and go one by one, with anything between them. */
static bool is_generated(const char *module)
{
	return !strcmp(module, "bpf") || !strncmp(module, "__builtin__", strlen("__builtin__"));
}

/* Whether all between a symbol and the next one is the first one's. */
static bool table__is_followed(const struct table *table, size_t index)
{
	const char *module, *next_module;

	if (index + 1 == table->nr_symbols)
		return false;
	module = table->names.data + table->symbols[index].module;
	next_module = table->names.data + table->symbols[index + 1].module;
	return !strcmp(module, next_module) && !is_generated(module);
}

bool kernel_symbols__find(const struct kernel_symbols *symbols, __u64 address,
			  struct kernel_symbol *symbol)
{
	const struct table *table = &symbols->table;
	size_t index = table__search(table, address);
	const struct symbol *found = table->symbols + index;

	if (index == table->nr_symbols || found->rank == RANK_END)
		return false;
	/* Memory is given out in pages: what is not known yet can begin with the next one. */
	if (!table__is_followed(table, index) &&
	    address / symbols->page_size != found->address / symbols->page_size)
		return false;
	symbol->name = table->names.data + found->name;
	symbol->module = found->module ? table->names.data + found->module : NULL;
	symbol->offset = address - found->address;
	return true;
}

void kernel_symbols__free(struct kernel_symbols *symbols)
{
	if (!symbols)
		return;
	table__free(&symbols->table);
	if (symbols->fd >= 0)
		close(symbols->fd);
	free(symbols);
}
