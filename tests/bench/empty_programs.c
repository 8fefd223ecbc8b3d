// SPDX-License-Identifier: GPL-2.0
/*
 * empty_programs WAY READY-FILE FUNCTION...: attaches an empty BPF program to the entry and one to
 * the return of each kernel function, writes the ready-file, and waits to be ended. WAY is fentry,
 * kprobe or kprobe.multi. A function that is refused ends it with status 1: the cost of fewer
 * programs would be taken for that of all.
 */
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "empty_programs.skel.h"
#include "guest_program.h"

static void die(const char *what, const char *which)
{
	guest_program__die("empty_programs", what, which);
}

/* Of the programs only these two are loaded. */
static struct empty_programs *open_two(struct bpf_program **enter, struct bpf_program **leave,
				       const char *enter_name, const char *leave_name)
{
	struct empty_programs *skeleton = empty_programs__open();
	struct bpf_program *program;

	if (!skeleton)
		die("open", "the programs");
	bpf_object__for_each_program(program, skeleton->obj)
		bpf_program__set_autoload(program, false);
	*enter = bpf_object__find_program_by_name(skeleton->obj, enter_name);
	*leave = bpf_object__find_program_by_name(skeleton->obj, leave_name);
	bpf_program__set_autoload(*enter, true);
	bpf_program__set_autoload(*leave, true);
	return skeleton;
}

/* With fentry a program belongs to one function. */
static void attach_fentry(const char *function)
{
	struct bpf_program *enter, *leave;
	struct empty_programs *skeleton = open_two(&enter, &leave, "empty_fentry", "empty_fexit");

	if (bpf_program__set_attach_target(enter, 0, function) ||
	    bpf_program__set_attach_target(leave, 0, function) || empty_programs__load(skeleton) ||
	    !bpf_program__attach(leave) || !bpf_program__attach(enter))
		die("attach to", function);
}

static void attach_kprobes(char **functions, int number)
{
	struct bpf_program *enter, *leave;
	struct empty_programs *skeleton =
		open_two(&enter, &leave, "empty_kprobe", "empty_kretprobe");
	int i;

	if (empty_programs__load(skeleton))
		die("load", "kprobe programs");
	for (i = 0; i < number; i++) {
		if (!bpf_program__attach_kprobe(leave, true, functions[i]) ||
		    !bpf_program__attach_kprobe(enter, false, functions[i]))
			die("attach to", functions[i]);
	}
}

static void attach_kprobe_multi(char **functions, int number)
{
	struct bpf_program *enter, *leave;
	struct empty_programs *skeleton =
		open_two(&enter, &leave, "empty_kprobe", "empty_kretprobe");
	LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .syms = (const char **)functions,
		    .cnt = number);

	bpf_program__set_expected_attach_type(enter, BPF_TRACE_KPROBE_MULTI);
	bpf_program__set_expected_attach_type(leave, BPF_TRACE_KPROBE_MULTI);
	if (empty_programs__load(skeleton))
		die("load", "kprobe.multi programs");
	if (!bpf_program__attach_kprobe_multi_opts(enter, NULL, &options))
		die("attach", "kprobe.multi");
	options.retprobe = true;
	if (!bpf_program__attach_kprobe_multi_opts(leave, NULL, &options))
		die("attach", "kretprobe.multi");
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 4) {
		fprintf(stderr, "Usage: empty_programs WAY READY-FILE FUNCTION...\n");
		return 2;
	}
	libbpf_set_print(guest_program__print);
	if (!strcmp(argv[1], "fentry")) {
		for (i = 3; i < argc; i++)
			attach_fentry(argv[i]);
	} else if (!strcmp(argv[1], "kprobe")) {
		attach_kprobes(argv + 3, argc - 3);
	} else if (!strcmp(argv[1], "kprobe.multi")) {
		attach_kprobe_multi(argv + 3, argc - 3);
	} else {
		fprintf(stderr, "empty_programs: no way %s\n", argv[1]);
		return 2;
	}
	guest_program__wait("empty_programs", argv[2]);
}
