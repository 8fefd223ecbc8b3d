// SPDX-License-Identifier: GPL-2.0
#include "probe/targets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "shared/stages.h"

#define MAX_PROGRAMS 256 /* two for each stage, and those for calibration */
_Static_assert(2 * NR_STAGES < MAX_PROGRAMS / 2, "there is room for all programs");

#define NR_SECTIONS 2

/* Where the functions of a program begin and what they are, as libbpf has it before loading. */
struct functions_info {
	const struct bpf_program *program;
	int btf_fd;
	void *records;
	__u32 nr, record_size;
};

struct attach_targets {
	int handlers[NR_SECTIONS]; /* 0: not registered */
	int nr;
	struct {
		const struct bpf_program *program;
		__u32 btf_id;
	} targets[MAX_PROGRAMS];
	struct functions_info cloned[NR_HALVES];
};

/*
 * Keep what attach_targets__clone() needs. Without it the verifier would take global functions for
 * static ones, and verify them at each call.
 */
static void keep_info(struct functions_info *info, const struct bpf_prog_load_opts *options)
{
	size_t size = (size_t)options->func_info_cnt * options->func_info_rec_size;

	free(info->records);
	info->records = size ? malloc(size) : NULL;
	if (!info->records)
		return;
	memcpy(info->records, options->func_info, size);
	info->nr = options->func_info_cnt;
	info->record_size = options->func_info_rec_size;
	info->btf_fd = options->prog_btf_fd;
}

/* libbpf calls this right before it loads a program. cookie is the struct attach_targets. */
static int set_target(struct bpf_program *program, struct bpf_prog_load_opts *options, long cookie)
{
	struct attach_targets *targets = (struct attach_targets *)cookie;
	int i;

	for (i = 0; i < targets->nr; i++) {
		if (targets->targets[i].program != program || !targets->targets[i].btf_id)
			continue;
		options->attach_btf_id = targets->targets[i].btf_id;
		break;
	}
	if (i == targets->nr)
		return -ENOENT;
	for (i = 0; i < NR_HALVES; i++) {
		if (targets->cloned[i].program == program)
			keep_info(&targets->cloned[i], options);
	}
	return 0;
}

static int take_sections(struct attach_targets *targets)
{
	static const struct {
		const char *prefix;
		enum bpf_attach_type type;
	} sections[NR_SECTIONS] = {
		{ "fentry/", BPF_TRACE_FENTRY },
		{ "fexit/", BPF_TRACE_FEXIT },
	};
	LIBBPF_OPTS(libbpf_prog_handler_opts, options, .cookie = (long)targets,
		    .prog_prepare_load_fn = set_target);
	int i;

	for (i = 0; i < NR_SECTIONS; i++) {
		int handler = libbpf_register_prog_handler(
			sections[i].prefix, BPF_PROG_TYPE_TRACING, sections[i].type, &options);

		if (handler < 0) {
			errno = -handler;
			return -1;
		}
		targets->handlers[i] = handler;
	}
	return 0;
}

struct attach_targets *attach_targets__new(void)
{
	struct attach_targets *targets = calloc(1, sizeof(*targets));

	if (!targets)
		return NULL;
	if (!take_sections(targets))
		return targets;
	attach_targets__free(targets);
	return NULL;
}

void attach_targets__set(struct attach_targets *targets, const struct bpf_program *program,
			 __u32 btf_id)
{
	if (targets->nr == MAX_PROGRAMS)
		return;
	targets->targets[targets->nr].program = program;
	targets->targets[targets->nr++].btf_id = btf_id;
}

void attach_targets__keep(struct attach_targets *targets, enum half half,
			  const struct bpf_program *program)
{
	targets->cloned[half].program = program;
}

int attach_targets__clone(const struct attach_targets *targets, enum half half, __u32 btf_id)
{
	const struct functions_info *info = &targets->cloned[half];
	const struct bpf_program *program = info->program;
	LIBBPF_OPTS(bpf_prog_load_opts, options, .attach_btf_id = btf_id,
		    .expected_attach_type = bpf_program__expected_attach_type(program));

	if (info->records) {
		options.prog_btf_fd = info->btf_fd;
		options.func_info = info->records;
		options.func_info_cnt = info->nr;
		options.func_info_rec_size = info->record_size;
	}
	return bpf_prog_load(bpf_program__type(program), bpf_program__name(program), "GPL",
			     bpf_program__insns(program), bpf_program__insn_cnt(program), &options);
}

void attach_targets__clear(struct attach_targets *targets)
{
	targets->nr = 0;
}

void attach_targets__free(struct attach_targets *targets)
{
	int i;

	for (i = 0; targets && i < NR_SECTIONS; i++) {
		if (targets->handlers[i])
			libbpf_unregister_prog_handler(targets->handlers[i]);
	}
	for (i = 0; targets && i < NR_HALVES; i++)
		free(targets->cloned[i].records);
	free(targets);
}
