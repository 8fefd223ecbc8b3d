// SPDX-License-Identifier: GPL-2.0
#include "symbols/elf_symbols.h"

#include <stdlib.h>
#include <string.h>

#include <gelf.h>
#include <libelf.h>

#include "text/buffer.h"

#define MAX_SEGMENTS 64
#define MAX_TABLE    (32 << 20) /* bytes of a symbol table */
#define MAX_STRINGS  (64 << 20) /* bytes of its names */
#define MAX_NAME     4096	/* names of C++ functions can be long */

/*
 * How many functions before an address are tried: a function can extend beyond others that begin
 * later.
 */
#define MAX_NESTED 16

struct segment {
	__u64 offset, size; /* in the file */
	__u64 address;
};

struct function {
	__u64 address;
	__u64 size;
	__u32 name;   /* offset in names */
	__u8 binding; /* STB_LOCAL, STB_GLOBAL or STB_WEAK */
	bool unsized; /* the size is missing in the file: it extends to the section's end */
};

struct elf_symbols {
	struct segment segments[MAX_SEGMENTS];
	int nr_segments;
	struct function *functions; /* sorted by address, one for each address */
	size_t nr_functions;
	struct buffer names; /* strings, each terminated by NUL */
};

static void read_segments(struct elf_symbols *symbols, Elf *elf)
{
	size_t nr, i;
	GElf_Phdr header;

	if (elf_getphdrnum(elf, &nr))
		return;
	for (i = 0; i < nr && symbols->nr_segments < MAX_SEGMENTS; i++) {
		if (!gelf_getphdr(elf, i, &header) || header.p_type != PT_LOAD)
			continue;
		symbols->segments[symbols->nr_segments++] =
			(struct segment){ header.p_offset, header.p_filesz, header.p_vaddr };
	}
}

/* Return the contents of a section, or NULL if it has none or more than limit bytes. */
static const Elf_Data *section_data(Elf_Scn *section, __u64 limit)
{
	const Elf_Data *data;
	GElf_Shdr header;

	if (!section || !gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS ||
	    header.sh_size > limit)
		return NULL;
	data = elf_getdata(section, NULL);
	return data && data->d_buf ? data : NULL;
}

/*
 * Copy a function's name. Return false if it is empty, too long, not terminated, or out of memory.
 */
static bool copy_name(struct elf_symbols *symbols, const Elf_Data *strings, size_t offset,
		      struct function *function)
{
	const char *name = (const char *)strings->d_buf + offset;
	size_t size;

	if (offset >= strings->d_size)
		return false;
	size = strnlen(name, strings->d_size - offset);
	if (!size || size > MAX_NAME || size == strings->d_size - offset)
		return false;
	function->name = symbols->names.size;
	buffer__add(&symbols->names, name, size + 1);
	return !symbols->names.failed;
}

static bool is_function(const GElf_Sym *symbol)
{
	int type = GELF_ST_TYPE(symbol->st_info);

	return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol->st_shndx != SHN_UNDEF &&
	       symbol->st_shndx != SHN_ABS;
}

/* Set the size of a function. Functions written in assembly may have no size in the file. */
static void set_size(struct function *function, Elf *elf, const GElf_Sym *symbol)
{
	Elf_Scn *section;
	GElf_Shdr header;

	function->size = symbol->st_size;
	function->unsized = !symbol->st_size;
	if (!function->unsized)
		return;
	section = elf_getscn(elf, symbol->st_shndx);
	if (section && gelf_getshdr(section, &header) &&
	    function->address - header.sh_addr < header.sh_size)
		function->size = header.sh_size - (function->address - header.sh_addr);
}

static bool is_full(const struct elf_symbols *symbols)
{
	return symbols->names.failed || symbols->names.size > MAX_STRINGS;
}

/* Read the functions of one symbol table. Return false if out of memory or beyond the limits. */
static bool read_table(struct elf_symbols *symbols, Elf *elf, const Elf_Data *table,
		       const Elf_Data *strings, size_t nr)
{
	GElf_Sym symbol;
	size_t i;

	symbols->functions = calloc(nr, sizeof(*symbols->functions));
	if (!symbols->functions)
		return false;
	for (i = 0; i < nr && !is_full(symbols); i++) {
		struct function *function = &symbols->functions[symbols->nr_functions];

		if (!gelf_getsym((Elf_Data *)table, i, &symbol) || !is_function(&symbol) ||
		    !copy_name(symbols, strings, symbol.st_name, function))
			continue;
		function->address = symbol.st_value;
		set_size(function, elf, &symbol);
		function->binding = GELF_ST_BIND(symbol.st_info);
		symbols->nr_functions++;
	}
	return !is_full(symbols);
}

/*
 * Read the first section of a type. If that fails or there is no function in it, nothing is kept.
 */
static void read_section(struct elf_symbols *symbols, Elf *elf, __u32 type)
{
	const Elf_Data *table, *strings;
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t entry;

	do {
		section = elf_nextscn(elf, section);
		if (!section || !gelf_getshdr(section, &header))
			return;
	} while (header.sh_type != type);
	entry = gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT);
	table = section_data(section, MAX_TABLE);
	strings = section_data(elf_getscn(elf, header.sh_link), MAX_STRINGS);
	if (table && strings && entry && table->d_size >= entry &&
	    read_table(symbols, elf, table, strings, table->d_size / entry) &&
	    symbols->nr_functions)
		return;
	free(symbols->functions);
	symbols->functions = NULL;
	symbols->nr_functions = 0;
	buffer__free(&symbols->names);
}

static int compare_addresses(const void *a, const void *b)
{
	const struct function *left = a, *right = b;

	return (left->address > right->address) - (left->address < right->address);
}

static int binding_rank(const struct function *function)
{
	return function->binding == STB_GLOBAL ? 0 : function->binding == STB_WEAK ? 1 : 2;
}

static bool is_better(const struct elf_symbols *symbols, const struct function *function,
		      const struct function *other)
{
	const char *name = symbols->names.data + function->name;
	const char *other_name = symbols->names.data + other->name;
	int difference = (int)strspn(name, "_") - (int)strspn(other_name, "_");

	if (!difference)
		difference = binding_rank(function) - binding_rank(other);
	if (!difference)
		difference = strcmp(name, other_name);
	return difference < 0;
}

/* Sort the functions, and keep one at each address. */
static void sort_functions(struct elf_symbols *symbols)
{
	struct function *functions = symbols->functions, *shrunk;
	size_t kept = 0, i;

	if (!symbols->nr_functions)
		return;
	qsort(functions, symbols->nr_functions, sizeof(*functions), compare_addresses);
	for (i = 0; i < symbols->nr_functions; i++) {
		if (!kept || functions[kept - 1].address != functions[i].address)
			functions[kept++] = functions[i];
		else if (is_better(symbols, &functions[i], &functions[kept - 1]))
			functions[kept - 1] = functions[i];
	}
	symbols->nr_functions = kept;
	shrunk = reallocarray(functions, kept, sizeof(*functions));
	if (shrunk)
		symbols->functions = shrunk;
}

struct elf_symbols *elf_symbols__read(int fd)
{
	struct elf_symbols *symbols = NULL;
	Elf *elf;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF)
		symbols = calloc(1, sizeof(*symbols));
	if (symbols) {
		read_segments(symbols, elf);
		read_section(symbols, elf, SHT_SYMTAB);
		if (!symbols->nr_functions)
			read_section(symbols, elf, SHT_DYNSYM);
		sort_functions(symbols);
	}
	elf_end(elf);
	return symbols;
}

bool elf_symbols__address(const struct elf_symbols *symbols, __u64 file_offset, __u64 *address)
{
	int i;

	for (i = 0; i < symbols->nr_segments; i++) {
		const struct segment *segment = &symbols->segments[i];

		if (file_offset >= segment->offset &&
		    file_offset - segment->offset < segment->size) {
			*address = segment->address + (file_offset - segment->offset);
			return true;
		}
	}
	return false;
}

/* Return the index after the last function that begins at or before address. */
static size_t search(const struct elf_symbols *symbols, __u64 address)
{
	size_t low = 0, high = symbols->nr_functions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->functions[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const char *elf_symbols__find(const struct elf_symbols *symbols, __u64 address, __u64 *offset)
{
	size_t behind = search(symbols, address), back;

	for (back = 1; back <= behind && back <= MAX_NESTED; back++) {
		const struct function *function = &symbols->functions[behind - back];
		__u64 distance = address - function->address;

		/* A function of unknown size ends where the next one begins. */
		if (distance < function->size && (!function->unsized || back == 1)) {
			*offset = distance;
			return symbols->names.data + function->name;
		}
	}
	return NULL;
}

size_t elf_symbols__size(const struct elf_symbols *symbols)
{
	if (!symbols)
		return 0;
	return sizeof(*symbols) + symbols->nr_functions * sizeof(*symbols->functions) +
	       symbols->names.capacity;
}

void elf_symbols__free(struct elf_symbols *symbols)
{
	if (!symbols)
		return;
	free(symbols->functions);
	buffer__free(&symbols->names);
	free(symbols);
}
