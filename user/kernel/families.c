// SPDX-License-Identifier: GPL-2.0
#include "kernel/families.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel/family_names.h"
#include "read_families.skel.h"
#include "text/log.h"

/* The programs that watch for modules, which register and unregister families and protocols. */
static const char *const watchers[] = { "note_module_init", "note_module_gone" };

#define NR_WATCHERS ((int)(sizeof(watchers) / sizeof(watchers[0])))

struct families {
	struct bpf_object *object;
	struct bpf_link *links[NR_WATCHERS];
	struct family_table *table; /* memory of the programs */
	struct kernel_symbols *symbols;
	const char *reader; /* name of the program that reads the kernel's table, or NULL */
	__u32 changes;	    /* value in the table when it was last looked at */
	bool were_read;	    /* create has what was read last, whose names are in symbols */
	__u64 create[NR_FAMILIES];
};

static struct bpf_program *program(const struct families *families, const char *name)
{
	return bpf_object__find_program_by_name(families->object, name);
}

static int load(struct families *families)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "families");
	const void *elf;
	size_t size;

	elf = read_families__elf_bytes(&size);
	families->object = bpf_object__open_mem(elf, size, &options);
	if (!families->object)
		return -1;
	bpf_program__set_autoload(program(families, "read_families"), false);
	bpf_program__set_autoload(program(families, "read_families_at"), false);
	if (families->reader)
		bpf_program__set_autoload(program(families, families->reader), true);
	return bpf_object__load(families->object);
}

static int map_table(struct families *families)
{
	struct bpf_map *map = bpf_object__find_map_by_name(families->object, ".bss");
	void *memory;

	if (bpf_map__value_size(map) != sizeof(struct family_table)) {
		errno = EPROTO;
		return -1;
	}
	memory = mmap(NULL, sizeof(struct family_table), PROT_READ | PROT_WRITE, MAP_SHARED,
		      bpf_map__fd(map), 0);
	if (memory == MAP_FAILED)
		return -1;
	families->table = memory;
	return 0;
}

/* Without a watcher, what comes or goes with modules goes unnoticed. */
static void watch_modules(struct families *families)
{
	int i;

	for (i = 0; i < NR_WATCHERS; i++) {
		families->links[i] = bpf_program__attach(program(families, watchers[i]));
		if (!families->links[i])
			log_verbose("%s: families and protocols that come later may be missed: %s",
				    watchers[i], strerror(errno));
	}
}

struct families *families__open(const struct kernel_btf_facts *facts,
				const struct features *features, struct kernel_symbols *symbols,
				__u64 table)
{
	struct families *families = calloc(1, sizeof(*families));

	if (!families)
		return NULL;
	families->symbols = symbols;
	if (features->has[FEATURE_KALLSYMS_LOOKUP])
		families->reader = "read_families";
	else if (table)
		families->reader = "read_families_at";
	if (load(families) || map_table(families)) {
		log_verbose("the table of families can't be read: %s", strerror(errno));
		families__close(families);
		return NULL;
	}
	families->table->table = table;
	families->table->family_offset = facts->family_offset;
	families->table->create_offset = facts->create_offset;
	watch_modules(families);
	return families;
}

/* Run the program that reads the kernel's table. Return whether that worked. */
static bool run_reader(struct families *families)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	int fd = bpf_program__fd(program(families, families->reader));

	if (bpf_prog_test_run_opts(fd, &options) || families->table->error) {
		log_verbose("the table of families can't be read: %s",
			    strerror(families->table->error ? -families->table->error : errno));
		return false;
	}
	return true;
}

/* Split a symbol as the kernel writes it: "alg_create [af_alg]". */
static void set_function(struct family_function *function, const char *symbol)
{
	size_t length = strcspn(symbol, " ");

	if (length >= sizeof(function->name))
		length = 0;
	memcpy(function->name, symbol, length);
	function->name[length] = '\0';
	function->in_module = strchr(symbol, '[') != NULL;
}

/* Nothing tells then which families are registered, so any change may concern all of them. */
static void set_known_names(const struct families *families, struct family_function *functions)
{
	int family;

	for (family = 0; family < NR_FAMILIES; family++) {
		const char *name = family_names__create(family);

		set_function(&functions[family], name ? name : "");
		functions[family].generation = families ? families->changes : 0;
	}
}

/* Find the name of a function by its address, if the kernel has a symbol for it. */
static void look_up(const struct families *families, __u64 address,
		    struct family_function *function)
{
	struct kernel_symbol symbol;

	memset(function, 0, sizeof(*function));
	if (!address || !kernel_symbols__find(families->symbols, address, &symbol) || symbol.offset)
		return;
	snprintf(function->name, sizeof(function->name), "%s", symbol.name);
	function->in_module = symbol.module != NULL;
}

/*
 * Read the symbols again if there are functions that they may not have yet. That takes long, and
 * most modules bring no family.
 */
static void refresh_symbols(struct families *families)
{
	const char *reason;
	bool changed = false;
	int i;

	for (i = 0; i < NR_FAMILIES; i++) {
		__u64 create = families->table->families[i].create;

		changed |= create && create != families->create[i];
		families->create[i] = create;
	}
	if (changed && families->were_read && kernel_symbols__refresh(families->symbols, &reason))
		log_verbose("functions of new modules have no names: %s", reason);
	families->were_read = true;
}

void families__read(struct families *families, struct family_function *functions)
{
	int i;

	if (!families || !families->reader || !run_reader(families)) {
		set_known_names(families, functions);
		return;
	}
	if (families->symbols)
		refresh_symbols(families);
	for (i = 0; i < NR_FAMILIES; i++) {
		if (families->symbols)
			look_up(families, families->table->families[i].create, &functions[i]);
		else
			set_function(&functions[i], families->table->families[i].symbol);
		functions[i].generation = families->table->families[i].removals;
	}
}

bool families__take_changes(struct families *families)
{
	__u32 changes;

	if (!families)
		return false;
	changes = __atomic_load_n(&families->table->changes, __ATOMIC_ACQUIRE);
	if (changes == families->changes)
		return false;
	families->changes = changes;
	return true;
}

void families__close(struct families *families)
{
	int i;

	if (!families)
		return;
	for (i = 0; i < NR_WATCHERS; i++)
		bpf_link__destroy(families->links[i]);
	if (families->table)
		munmap(families->table, sizeof(struct family_table));
	bpf_object__close(families->object);
	free(families);
}
