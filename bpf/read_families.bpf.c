// SPDX-License-Identifier: GPL-2.0
/*
 * Read which families are registered, and what their create functions are, from net_families[] of
 * the running kernel. The front end runs read_families() on demand (BPF_PROG_RUN), or
 * read_families_at() on kernels that can't run it (without FEATURE_KALLSYMS_LOOKUP).
 * note_module_init() and note_module_gone() tell it when to read again.
 */
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

#include "shared/families.h"

char LICENSE[] SEC("license") = "GPL";

struct family_table family_table;

static const char table_name[] = "net_families";
static const char symbol_format[] = "%ps";

/*
 * The size of the table is not known, and anything may lie behind it. 6.1 warns of a read at an
 * address that nothing can have, so on every kernel only those are read at which the kernel and its
 * modules have their data on x86-64 and arm64: in the upper half of 48 bits.
 */
#define LOWEST_DATA_ADDRESS 0xffff800000000000ULL

/* Return what the table has for a family: 0 if it is not registered. */
static __always_inline u64 read_entry(u64 table, u32 number)
{
	u64 entry = 0;

	bpf_probe_read_kernel(&entry, sizeof(entry), (void *)(table + number * sizeof(entry)));
	return entry;
}

/* Read a family's create function. Return whether there is an entry of that family. */
static __always_inline bool read_family(u64 table, u32 number, u64 *create)
{
	u64 entry = read_entry(table, number);
	u32 family = 0;

	/* An entry names its own family, which tells it from what lies behind the table. */
	if (entry < LOWEST_DATA_ADDRESS ||
	    bpf_probe_read_kernel(&family, sizeof(family),
				  (void *)(entry + family_table.family_offset)) ||
	    family != number)
		return false;
	return !bpf_probe_read_kernel(create, sizeof(*create),
				      (void *)(entry + family_table.create_offset));
}

/*
 * Read one family's entry, and the name of its create function. This function is global, so the
 * verifier checks it once, not once for each family.
 */
__noinline int read_named_family(u64 table, u32 number)
{
	u64 create = 0;

	if (number >= NR_FAMILIES)
		return -1;
	family_table.families[number].symbol[0] = '\0';
	if (read_family(table, number, &create) && create)
		bpf_snprintf(family_table.families[number].symbol, FAMILY_SYMBOL_SIZE,
			     symbol_format, &create, sizeof(create));
	family_table.families[number].create = create;
	return 0;
}

/* FEATURE_KALLSYMS_LOOKUP: programs of this type may look symbols up. */
SEC("syscall")
int read_families(void *ctx __attribute__((unused)))
{
	u64 table = 0;
	u32 i;

	family_table.error = bpf_kallsyms_lookup_name(table_name, sizeof(table_name), 0, &table);
	if (family_table.error)
		return 0;
	family_table.table = table;
	for (i = 0; i < NR_FAMILIES; i++)
		read_named_family(table, i);
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int read_families_at(void *ctx __attribute__((unused)))
{
	u32 i;

	for (i = 0; i < NR_FAMILIES; i++) {
		u64 create = 0;

		read_family(family_table.table, i, &create);
		family_table.families[i].create = create;
	}
	return 0;
}

/*
 * Modules register families and protocols when they are initialized, and unregister them before
 * they are freed. To observe that costs nothing to attach, unlike probes on the functions that
 * register.
 */
SEC("raw_tracepoint/initcall_finish")
int note_module_init(void *ctx __attribute__((unused)))
{
	__sync_fetch_and_add(&family_table.changes, 1);
	return 0;
}

SEC("raw_tracepoint/module_free")
int note_module_gone(void *ctx __attribute__((unused)))
{
	u64 table = family_table.table;
	u32 i;

	for (i = 0; table && i < NR_FAMILIES; i++) {
		if (!read_entry(table, i))
			__sync_fetch_and_add(&family_table.families[i].removals, 1);
	}
	__sync_fetch_and_add(&family_table.changes, 1);
	return 0;
}
