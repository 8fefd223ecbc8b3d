// SPDX-License-Identifier: GPL-2.0
/*
 * session_designs WAY READY-FILE: attaches the programs of one way of finding sessions, or leaving
 * out something (session_designs.bpf.c), writes the ready-file, and waits to be ended.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "guest_program.h"
#include "session_designs.skel.h"

static void die(const char *what, const char *which)
{
	guest_program__die("session_designs", what, which);
}

static bool is_of(const struct bpf_program *program, const char *way, const char *half)
{
	const char *name = bpf_program__name(program);
	size_t length = strlen(way);

	return !strncmp(name, way, length) && !strncmp(name + length, half, strlen(half));
}

static struct session_designs *load(const char *way)
{
	struct session_designs *skeleton = session_designs__open();
	struct bpf_program *program;
	int picked = 0;

	if (!skeleton)
		die("open", "the programs");
	bpf_object__for_each_program(program, skeleton->obj)
	{
		bool wanted = is_of(program, way, "_");

		picked += wanted;
		bpf_program__set_autoload(program, wanted);
	}
	if (!picked) {
		fprintf(stderr, "session_designs: no way %s\n", way);
		exit(2);
	}
	bpf_program__set_autoload(skeleton->progs.learn_address, true);
	if (session_designs__load(skeleton))
		die("load the programs of", way);
	return skeleton;
}

static void attach(const struct session_designs *skeleton, const char *way, const char *half)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, skeleton->obj)
	{
		if (is_of(program, way, half) && !bpf_program__attach(program))
			die("attach", bpf_program__name(program));
	}
}

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	struct session_designs *skeleton;

	if (argc != 3) {
		fprintf(stderr, "Usage: session_designs WAY READY-FILE\n");
		return 2;
	}
	libbpf_set_print(guest_program__print);
	skeleton = load(argv[1]);
	if (bpf_prog_test_run_opts(bpf_program__fd(skeleton->progs.learn_address), &options))
		die("run", "learn_address");
	attach(skeleton, argv[1], "_exit_");
	attach(skeleton, argv[1], "_enter_");
	guest_program__wait("session_designs", argv[2]);
}
