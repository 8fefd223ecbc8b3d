// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin for QEMU that counts the instructions of calls of kernel functions, from outside of the
 * guest: nothing in it is traced, and nothing there can tell. x86-64, one processor.
 *
 *   -plugin count_calls.so,functions=FILE,output=FILE[,blocks=N]
 *
 * functions has a line "ADDRESS NAME" for each function (hexadecimal; boot with nokaslr), and a
 * line "ADDRESS !NAME" for where interrupts begin. output gets a line
 *
 *   NAME ENTRY RETURN INTERRUPTED FRAME
 *
 * for each call, in the order of the returns: how many instructions the guest had executed before
 * its first and after its last one, how many of these were not its own, but of interrupts or other
 * tasks, and where on the stack its return address was. The last line is "missed N": calls whose
 * return was not seen.
 *
 * With blocks=N there is also a line "@ ADDRESS INSTRUCTIONS" for each block of code that is
 * executed from the N-th call of the first function up to the next call of it: that tells where the
 * instructions go.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count_stacks.h"
#include "qemu_plugin.h"

#define EXPORT __attribute__((visibility("default")))

#define MAX_FUNCTIONS 256
#define KERNEL_SPACE  0xffff800000000000ULL

EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

enum jump_kind {
	JUMP_OTHER,
	JUMP_CALL,
	JUMP_RETURN,
	JUMP_INTERRUPT_RETURN,
};

/* What is known of a block of code. QEMU may execute it until the end, so it is never freed. */
struct block {
	uint64_t address;
	uint64_t size;		      /* instructions */
	const struct function *entry; /* that begins here, or NULL */
	enum jump_kind jump;	      /* what it ends with */
	uint64_t behind;	      /* address of what follows */
};

/* QEMU gives its callbacks no place for a context of the plugin as a whole. */
static struct {
	struct function functions[MAX_FUNCTIONS];
	int nr_functions;
	struct stacks *stacks;
	uint64_t executed;	     /* instructions, the block's that is being executed included */
	const struct block *jumping; /* whose last instruction's access to memory is to come */
	unsigned long blocks_from, first_calls;
	FILE *output;
} counts;

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

static bool is_interrupt_return(const uint8_t *code, size_t size)
{
	return size == 2 && code[0] == 0x48 && code[1] == 0xcf;
}

/*
 * QEMU 7.2 may report accesses of later instructions, too: only one is the jump's own. Asked for
 * loads only, it would report none.
 */
static void note_access(unsigned int processor, qemu_plugin_meminfo_t info, uint64_t address,
			void *context)
{
	const struct block *block = counts.jumping;

	(void)processor;
	(void)context;
	if (!block || qemu_plugin_mem_is_store(info) != (block->jump == JUMP_CALL))
		return;
	counts.jumping = NULL;
	if (block->jump == JUMP_CALL)
		stacks__call(counts.stacks, address, block->behind, counts.executed);
	else if (block->jump == JUMP_RETURN)
		stacks__return(counts.stacks, address, counts.executed);
	else
		stacks__end_interrupt(counts.stacks, address, counts.executed);
}

static void write_call(const struct call *call, uint64_t position)
{
	fprintf(counts.output, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIx64 "\n",
		call->function->name, call->entry, position, call->interrupted, call->jump.frame);
}

static void note_entry(const struct block *block, uint64_t position)
{
	if (block->entry->is_interrupt) {
		stacks__begin_interrupt(counts.stacks, position);
		return;
	}
	if (block->entry == counts.functions)
		counts.first_calls++;
	stacks__enter(counts.stacks, block->entry, position);
}

/* Every block of the kernel's may be one that is returned to: that is not known beforehand. */
static void note_kernel_block(unsigned int processor, void *context)
{
	const struct block *block = context;
	uint64_t position = counts.executed;
	const struct call *call;

	(void)processor;
	counts.executed += block->size;
	while ((call = stacks__leave(counts.stacks, block->address)))
		write_call(call, position);
	if (block->entry)
		note_entry(block, position);
	counts.jumping = block->jump == JUMP_OTHER ? NULL : block;
}

static void note_profile(unsigned int processor, void *context)
{
	const struct block *block = context;

	(void)processor;
	if (counts.first_calls == counts.blocks_from)
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

static enum jump_kind kind_of_jump(const uint8_t *code, size_t size)
{
	if (is_near_call(code, size) || is_indirect_call(code, size))
		return JUMP_CALL;
	if (is_return(code, size))
		return JUMP_RETURN;
	return is_interrupt_return(code, size) ? JUMP_INTERRUPT_RETURN : JUMP_OTHER;
}

/* Blocks end with jumps. Those that put or find a return address on a stack tell where that is. */
static void watch_kernel_block(struct qemu_plugin_tb *tb, struct block *block)
{
	struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(tb, block->size - 1);
	size_t length = qemu_plugin_insn_size(last);

	block->entry = function_at(block->address);
	block->jump = kind_of_jump(qemu_plugin_insn_data(last), length);
	block->behind = qemu_plugin_insn_vaddr(last) + length;
	if (block->jump != JUMP_OTHER)
		qemu_plugin_register_vcpu_mem_cb(last, note_access, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, NULL);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, note_kernel_block, QEMU_PLUGIN_CB_NO_REGS, block);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block = calloc(1, sizeof(*block));

	(void)id;
	if (!block)
		abort();
	block->address = qemu_plugin_tb_vaddr(tb);
	block->size = qemu_plugin_tb_n_insns(tb);
	if (block->address >= KERNEL_SPACE)
		watch_kernel_block(tb, block);
	else
		qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
							 &counts.executed, block->size);
	if (counts.blocks_from)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, note_profile, QEMU_PLUGIN_CB_NO_REGS,
						     block);
}

static void finish(qemu_plugin_id_t id, void *context)
{
	(void)id;
	(void)context;
	fprintf(counts.output, "missed %" PRIu64 "\n", stacks__missed(counts.stacks));
	fclose(counts.output);
}

static int read_functions(const char *path)
{
	FILE *file = fopen(path, "r");
	struct function *function;
	char name[sizeof(function->name)];

	if (!file)
		return -1;
	while (counts.nr_functions < MAX_FUNCTIONS) {
		function = &counts.functions[counts.nr_functions];
		if (fscanf(file, "%" SCNx64 " %63s", &function->address, name) != 2)
			break;
		function->is_interrupt = name[0] == '!';
		strcpy(function->name, name + function->is_interrupt);
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
	counts.stacks = stacks__new();
	if (!counts.output || !counts.nr_functions || !counts.stacks) {
		fprintf(stderr, "count_calls: functions= and output= are needed\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
