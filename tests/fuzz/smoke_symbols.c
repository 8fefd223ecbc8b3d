// SPDX-License-Identifier: GPL-2.0
/*
 * A short run of fuzz_symbols.c without a fuzzer: many mutations of valid files, the same ones each
 * time. Says in TAP how many of each kind still had something in them, so that a run that tests
 * nothing fails. (There may be no hierarchy of cgroups; then no mountinfo has one.)
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixtures/elf_file.h"

#define ROUNDS 4000 /* of each kind */
#define KINDS  4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern unsigned long fuzz_symbols_found[KINDS];

struct seed {
	const char *name;
	uint8_t data[16384]; /* the first byte says the kind */
	size_t size;
};

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators". */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

static void add(struct seed *seed, const char *text)
{
	size_t size = strlen(text);

	if (seed->size + size > sizeof(seed->data))
		abort();
	memcpy(seed->data + seed->size, text, size);
	seed->size += size;
}

static void make_kallsyms(struct seed *seed)
{
	static const char types[] = "TtWwDdbA";
	char line[128];
	int i;

	for (i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "%016llx %c function_%d%s\n",
			 0xffffffff81000000ULL + (i * 7 % 90) * 0x80, types[i % 8], i,
			 i < 60	  ? ""
			 : i < 80 ? "\t[xfs]"
				  : "\t[bpf]");
		add(seed, line);
	}
	add(seed, "ffffffff81100000 T _etext\nffffffff82000000 d net_families\n");
}

static void make_maps(struct seed *seed)
{
	char line[128];
	int i;

	for (i = 0; i < 40; i++) {
		snprintf(line, sizeof(line), "%08x-%08x r-xp %08x fd:01 %d        /usr/lib/%d%s\n",
			 0x400000 + i * 0x100, 0x400080 + i * 0x100, i * 0x1000, i, i,
			 i % 5 ? "" : " (deleted)");
		add(seed, line);
	}
	add(seed, "7ffc00000000-7ffc00001000 r-xp 00000000 00:00 0   [vdso]\n");
}

static void make_elf(struct seed *seed, int class)
{
	struct elf_file_symbol symbols[24];
	const struct elf_file file = { class, ELFDATA2LSB, SHT_SYMTAB, symbols, 24 };
	int fd = memfd_create("elf", MFD_CLOEXEC), i;
	ssize_t size;

	for (i = 0; i < 24; i++)
		symbols[i] = (struct elf_file_symbol){ "a_function", ELF_FILE_TEXT_ADDRESS + i * 8,
						       i % 3 * 4,    STT_FUNC,
						       i % 3,	     ELF_FILE_TEXT };
	if (!elf_file__write(fd, &file))
		abort();
	size = pread(fd, seed->data + seed->size, sizeof(seed->data) - seed->size, 0);
	if (size <= 0)
		abort();
	seed->size += size;
	close(fd);
}

static void make_mountinfo(struct seed *seed)
{
	add(seed, "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:1 - cgroup2 cgroup2 rw\n"
		  "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
		  "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
		  "42 31 0:38 /a /tmp/a\\040b\\134c rw,relatime - cgroup2 cgroup2 rw\n");
}

static void make_seed(struct seed *seed, int kind, int round)
{
	static const char *const names[KINDS] = { "kallsyms", "maps", "ELF files", "mountinfo" };

	memset(seed, 0, sizeof(*seed));
	seed->name = names[kind];
	seed->data[0] = kind;
	seed->size = 1;
	switch (kind) {
	case 0:
		make_kallsyms(seed);
		break;
	case 1:
		make_maps(seed);
		break;
	case 2:
		make_elf(seed, round % 2 ? ELFCLASS32 : ELFCLASS64);
		break;
	case 3:
		make_mountinfo(seed);
		break;
	}
}

/* Changes some bytes, mostly to ones that mean something, and sometimes cuts the end off. */
static void mutate(struct seed *seed, uint64_t *random)
{
	static const uint8_t values[] = "\0\xff\x7f\x80 \n\t-[]:/09aT\\";
	int flips;

	for (flips = next_random(random) % 12; flips; flips--) {
		uint64_t where = 1 + next_random(random) % (seed->size - 1);

		seed->data[where] = next_random(random) % 2
					    ? values[next_random(random) % (sizeof(values) - 1)]
					    : next_random(random);
	}
	if (next_random(random) % 8 == 0)
		seed->size = 1 + next_random(random) % (seed->size - 1);
}

int main(void)
{
	uint64_t random = 88172645463325252ULL;
	static struct seed seed;
	int kind, round, failed = 0;

	printf("1..%d\n", KINDS);
	for (kind = 0; kind < KINDS; kind++) {
		bool works;

		/* As it is: whether such a file can be read here at all. */
		make_seed(&seed, kind, 0);
		LLVMFuzzerTestOneInput(seed.data, seed.size);
		works = fuzz_symbols_found[kind];
		for (round = 0; round < ROUNDS; round++) {
			make_seed(&seed, kind, round);
			mutate(&seed, &random);
			LLVMFuzzerTestOneInput(seed.data, seed.size);
		}
		works = kind == 3 ? !works || fuzz_symbols_found[kind] > ROUNDS / 8
				  : works && fuzz_symbols_found[kind] > ROUNDS / 8;
		printf("%s %d - %d mutated %s, %lu of them with something in them\n",
		       works ? "ok" : "not ok", kind + 1, ROUNDS, seed.name,
		       fuzz_symbols_found[kind]);
		failed += !works;
	}
	return failed != 0;
}
