// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin for QEMU that counts the instructions of calls of kernel functions, from outside of the
 * guest: nothing in it is traced, and nothing there can tell. x86-64, one processor.
 *
 *   -plugin count_calls.so,functions=FILE,output=FILE[,blocks=N]
 *
 * functions has a line "ADDRESS NAME" for each function (hexadecimal; boot with nokaslr). output
 * gets a line "NAME ENTRY RETURN FRAME" for each call, in the order of the returns: how many
 * instructions the guest had executed before its first and after its last one, and where on the
 * stack its return address was. With blocks=N it also gets a line "@ ADDRESS INSTRUCTIONS" for each
 * block of code that is executed from the N-th call of the first function up to the next call of
 * it: that tells where the instructions go.
 *
 * An entry is where a call instruction leads to. Through a retpoline it is a return instruction
 * that leads there: then the call before the last one counts. A call ends where the block behind
 * its call instruction is executed while it is the innermost one on the stack.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin.h"

#define EXPORT __attribute__((visibility("default")))

#define MAX_FUNCTIONS 64
#define MAX_OPEN      64
#define NR_PLACES     (1 << 24)
#define KERNEL_SPACE  0xffff800000000000ULL

EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

struct function {
	uint64_t address;
	char name[64];
};

struct block {
	uint64_t address;
	uint64_t size;		      /* instructions */
	const struct function *entry; /* that begins here, or NULL */
	bool behind_call;	      /* calls return to it */
};

/* A call instruction that was executed. */
struct jump {
	uint64_t frame;	    /* where it has put the return address */
	uint64_t return_to; /* that address */
	uint64_t returns;   /* return instructions executed before it */
};

struct call {
	const struct function *function;
	uint64_t entry;
	struct jump jump;
};

/* QEMU gives its callbacks no place for a context of the plugin as a whole. */
static struct {
	struct function functions[MAX_FUNCTIONS];
	int nr_functions;
	struct call open[MAX_OPEN];
	int nr_open;
	struct jump last, before_last;
	uint64_t executed; /* instructions, the block's that is being executed included */
	uint64_t returns;  /* return instructions executed, likewise */
	unsigned long blocks_from, first_calls;
	uint64_t *behind_calls; /* hash table of addresses behind call instructions, or 0 */
	FILE *output;
} counts;

static uint64_t *place_of(uint64_t address)
{
	uint64_t i = address * 0x9e3779b97f4a7c15ULL >> 40;

	while (counts.behind_calls[i] && counts.behind_calls[i] != address)
		i = (i + 1) % NR_PLACES;
	return &counts.behind_calls[i];
}

static bool is_near_call(const uint8_t *code, size_t size)
{
	return size >= 5 && code[size - 5] == 0xe8;
}

/* call through a register or memory: ff /2, behind prefixes */
static bool is_indirect_call(const uint8_t *code, size_t size)
{
	size_t i;

	for (i = 0; i + 1 < size && (code[i] == 0x2e || code[i] == 0x3e || code[i] >> 4 == 4); i++)
		;
	return i + 1 < size && code[i] == 0xff && (code[i + 1] >> 3 & 7) == 2;
}

static bool is_return(const uint8_t *code, size_t size)
{
	return (size == 1 && code[0] == 0xc3) || (size == 2 && code[0] == 0xf3 && code[1] == 0xc3);
}

static void note_call(unsigned int processor, qemu_plugin_meminfo_t info, uint64_t address,
		      void *return_to)
{
	(void)processor;
	if (!qemu_plugin_mem_is_store(info))
		return;
	counts.before_last = counts.last;
	counts.last = (struct jump){ .frame = address,
				     .return_to = (uint64_t)return_to,
				     .returns = counts.returns };
}

static void note_entry(const struct block *block)
{
	const struct jump *jump =
		counts.returns == counts.last.returns ? &counts.last : &counts.before_last;
	struct call *call;

	if (block->entry == counts.functions)
		counts.first_calls++;
	/* What lies below on the stack can't be open any more. */
	while (counts.nr_open && counts.open[counts.nr_open - 1].jump.frame < jump->frame)
		counts.nr_open--;
	if (counts.nr_open == MAX_OPEN)
		return;
	call = &counts.open[counts.nr_open++];
	call->function = block->entry;
	call->entry = counts.executed - block->size;
	call->jump = *jump;
}

static void note_return(const struct block *block)
{
	while (counts.nr_open && counts.open[counts.nr_open - 1].jump.return_to == block->address) {
		const struct call *call = &counts.open[--counts.nr_open];

		fprintf(counts.output, "%s %" PRIu64 " %" PRIu64 " %" PRIx64 "\n",
			call->function->name, call->entry, counts.executed - block->size,
			call->jump.frame);
	}
}

static void note_block(unsigned int processor, void *context)
{
	const struct block *block = context;

	(void)processor;
	if (block->behind_call)
		note_return(block);
	if (block->entry)
		note_entry(block);
	if (counts.blocks_from && counts.first_calls == counts.blocks_from)
		fprintf(counts.output, "@ %" PRIx64 " %" PRIu64 "\n", block->address, block->size);
}

static const struct function *function_at(uint64_t address)
{
	int i;

	for (i = 0; i < counts.nr_functions; i++) {
		if (counts.functions[i].address == address)
			return &counts.functions[i];
	}
	return NULL;
}

/* A block is kept as long as QEMU may execute it: until the end. */
static void watch_block(struct qemu_plugin_tb *tb, uint64_t address, size_t size)
{
	const struct function *entry = function_at(address);
	bool behind_call = *place_of(address);
	struct block *block;

	if (!entry && !behind_call && !counts.blocks_from)
		return;
	block = malloc(sizeof(*block));
	if (!block)
		abort();
	*block = (struct block){
		.address = address, .size = size, .entry = entry, .behind_call = behind_call
	};
	qemu_plugin_register_vcpu_tb_exec_cb(tb, note_block, QEMU_PLUGIN_CB_NO_REGS, block);
}

/* A call's own memory access tells of the frame, but a return's is not reported by QEMU 7.2. */
static void watch_jump(struct qemu_plugin_tb *tb, struct qemu_plugin_insn *insn)
{
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t length = qemu_plugin_insn_size(insn);
	uint64_t behind = qemu_plugin_insn_vaddr(insn) + length;

	if (is_near_call(code, length) || is_indirect_call(code, length)) {
		*place_of(behind) = behind;
		qemu_plugin_register_vcpu_mem_cb(insn, note_call, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, (void *)behind);
	} else if (is_return(code, length)) {
		qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
							 &counts.returns, 1);
	}
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t size = qemu_plugin_tb_n_insns(tb);
	uint64_t address = qemu_plugin_tb_vaddr(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &counts.executed,
						 size);
	if (address >= KERNEL_SPACE)
		watch_jump(tb, qemu_plugin_tb_get_insn(tb, size - 1));
	if (address >= KERNEL_SPACE || counts.blocks_from)
		watch_block(tb, address, size);
}

static void finish(qemu_plugin_id_t id, void *context)
{
	(void)id;
	(void)context;
	fclose(counts.output);
}

static int read_functions(const char *path)
{
	FILE *file = fopen(path, "r");
	struct function *function;

	if (!file)
		return -1;
	while (counts.nr_functions < MAX_FUNCTIONS) {
		function = &counts.functions[counts.nr_functions];
		if (fscanf(file, "%" SCNx64 " %63s", &function->address, function->name) != 2)
			break;
		counts.nr_functions++;
	}
	fclose(file);
	return counts.nr_functions ? 0 : -1;
}

static int read_argument(const char *argument)
{
	if (!strncmp(argument, "functions=", 10))
		return read_functions(argument + 10);
	if (!strncmp(argument, "output=", 7)) {
		counts.output = fopen(argument + 7, "w");
		return counts.output ? 0 : -1;
	}
	if (!strncmp(argument, "blocks=", 7)) {
		counts.blocks_from = strtoul(argument + 7, NULL, 10);
		return counts.blocks_from ? 0 : -1;
	}
	return -1;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
			       char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (read_argument(argv[i])) {
			fprintf(stderr, "count_calls: bad argument %s\n", argv[i]);
			return -1;
		}
	}
	if (!counts.output || !counts.nr_functions) {
		fprintf(stderr, "count_calls: functions= and output= are needed\n");
		return -1;
	}
	counts.behind_calls = calloc(NR_PLACES, sizeof(*counts.behind_calls));
	if (!counts.behind_calls)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
