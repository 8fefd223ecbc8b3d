// SPDX-License-Identifier: GPL-2.0
#include "probe/function_addresses.h"

#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#define NAME_SIZE 512 /* KSYM_NAME_LEN in include/linux/kallsyms.h */

/* The context of the program: it reads the name and writes the address. */
struct symbol {
	char name[NAME_SIZE]; /* padded with NUL */
	__u64 address;
};

/*
 * Load a program that calls bpf_kallsyms_lookup_name(name, NAME_SIZE, 0, &address), where address
 * is on its stack, and puts it into the context. It returns what the helper returns.
 */
static int load(void)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 6, .src_reg = 1 },
		{ .code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 10, .off = -8, .imm = 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = NAME_SIZE },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 4, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 4, .imm = -8 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_kallsyms_lookup_name },
		{ .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 1, .src_reg = 10, .off = -8 },
		{ .code = BPF_STX | BPF_MEM | BPF_DW,
		  .dst_reg = 6,
		  .src_reg = 1,
		  .off = offsetof(struct symbol, address) },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	/* Programs of this type run with page faults, so they have to be sleepable. */
	LIBBPF_OPTS(bpf_prog_load_opts, options, .prog_flags = BPF_F_SLEEPABLE);

	return bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "find_function", "GPL", program,
			     sizeof(program) / sizeof(program[0]), &options);
}

static __u64 find(int program, const char *function)
{
	struct symbol symbol = { .name = "" };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &symbol, .ctx_size_in = sizeof(symbol));

	strncpy(symbol.name, function, NAME_SIZE - 1);
	if (bpf_prog_test_run_opts(program, &options) || options.retval)
		return 0;
	return symbol.address;
}

bool function_addresses__find(const char *const *functions, __u64 *addresses, __u32 nr)
{
	int program = load();
	bool found = program >= 0;
	__u32 i;

	for (i = 0; i < nr && found; i++) {
		addresses[i] = find(program, functions[i]);
		found = addresses[i];
	}
	if (program >= 0)
		close(program);
	return found;
}
