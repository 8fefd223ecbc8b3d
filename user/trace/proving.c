// SPDX-License-Identifier: GPL-2.0
#include "trace/proving.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kernel/switches.h"
#include "probe/own_sockets.h"
#include "text/log.h"

/* How often it is tried. A spell of blindness that is shorter may go unnoticed. */
#define INTERVAL_NS 1000000000ULL
/*
 * The kernel skips a program while another task is preempted inside it. So where no switch is off,
 * only so many attempts in a row mean that probes do not fire.
 */
#define MAX_FAILURES 8
#define PAUSE_NS     5000000 /* between attempts before and after the trace */

static const char *way_name(int proof)
{
	return attach_way_name(proof__way((enum proof)proof));
}

/* Functions of modules may come to be observed in a way that was not in use before. */
static void read_needs(struct proving *proving)
{
	const struct observation *observation = proving->observation;
	int i;

	for (i = 0; i < NR_PROOFS; i++) {
		struct proving_way *way = &proving->ways[i];
		bool was_tried = proving->proofs.links[i] || proving->proofs.errors[i];

		way->needed =
			proof__is_needed(observation->tracer, observation->plan, (enum proof)i);
		if (!way->needed || was_tried)
			continue;
		if (proof__prepare(&proving->proofs, observation->tracer, (enum proof)i))
			way->fired_ns = boot_clock__ns(&observation->tracer->clock);
		else
			log_warning("it cannot be tried whether probes by %s fire: %s", way_name(i),
				    strerror(proving->proofs.errors[i]));
	}
}

/* A trace does not begin blind. */
static void log_blind(const struct proving *proving, int proof,
		      const struct kernel_switch *kernel_switch)
{
	char cause[160] = "the kernel's log (dmesg) may say why";

	if (kernel_switch)
		snprintf(cause, sizeof(cause), "%s is 0: switch it on (%s)", kernel_switch->name,
			 kernel_switch->remedy);
	if (proving->begun)
		log_warning("probes by %s do not fire any more, so sockets are missed: %s",
			    way_name(proof), cause);
	else
		log_error("probes by %s are attached but do not fire, so sockets would be missed: "
			  "%s",
			  way_name(proof), cause);
}

static void go_blind(struct proving *proving, int proof, const struct kernel_switch *kernel_switch)
{
	struct proving_way *way = &proving->ways[proof];
	const struct blind_spell spell = {
		.way = proof__way((enum proof)proof),
		.cause = kernel_switch ? kernel_switch->name : NULL,
		.fired_ns = way->fired_ns,
		.failed_ns = way->failed_ns,
		.still_ns = way->failed_ns,
	};

	way->blind = true;
	way->spell = proving->begun ? blindness__begin(proving->blindness, &spell) : -1;
	log_blind(proving, proof, kernel_switch);
}

/* The probes of a way have not fired. Whether that was chance is told by the next attempts. */
static void take_failure(struct proving *proving, int proof, __u64 now_ns)
{
	const struct kernel_switch *kernel_switch = switches__find_off(proof == PROOF_KPROBE);
	struct proving_way *way = &proving->ways[proof];

	if (!way->failures++)
		way->failed_ns = now_ns;
	if (!way->blind && (kernel_switch || way->failures >= MAX_FAILURES))
		go_blind(proving, proof, kernel_switch);
	if (way->blind)
		blindness__go_on(proving->blindness, way->spell, now_ns);
}

static void take_success(struct proving *proving, int proof, __u64 now_ns)
{
	struct proving_way *way = &proving->ways[proof];

	way->failures = 0;
	way->fired_ns = now_ns;
	if (!way->blind)
		return;
	way->blind = false;
	blindness__end(proving->blindness, way->spell, now_ns);
	log_warning("probes by %s fire again", way_name(proof));
}

/* Whether an attempt has failed, and more of them have to tell what that means. */
static bool is_in_doubt(const struct proving *proving)
{
	int i;

	for (i = 0; i < NR_PROOFS; i++) {
		if (proving->ways[i].failures && !proving->ways[i].blind)
			return true;
	}
	return false;
}

/* Whether probes of some way have not fired, or are not known to fire again. */
static bool has_failed(const struct proving *proving)
{
	int i;

	for (i = 0; i < NR_PROOFS; i++) {
		if (proving->ways[i].failures)
			return true;
	}
	return false;
}

/* Try all ways that are in use. Return -1 and errno if that is not possible. */
static int try_all(struct proving *proving)
{
	bool fired[NR_PROOFS];
	__u64 now_ns;
	int i;

	if (proof__call(&proving->proofs, proving->observation->tracer, fired))
		return -1;
	now_ns = boot_clock__ns(&proving->observation->tracer->clock);
	for (i = 0; i < NR_PROOFS; i++) {
		if (!proving->ways[i].needed || !proving->proofs.links[i])
			continue;
		if (fired[i])
			take_success(proving, i, now_ns);
		else
			take_failure(proving, i, now_ns);
	}
	return 0;
}

/* Try until there is no doubt. */
static int settle(struct proving *proving)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	int error = try_all(proving);

	while (!error && is_in_doubt(proving)) {
		nanosleep(&pause, NULL);
		error = try_all(proving);
	}
	return error;
}

static bool is_blind(const struct proving *proving)
{
	int i;

	for (i = 0; i < NR_PROOFS; i++) {
		if (proving->ways[i].blind)
			return true;
	}
	return false;
}

/*
 * Whether sockets come by a function that is not the one that is observed: a compiler may have
 * copied it into its callers and kept it.
 */
static bool misses_own_sockets(const struct observation *observation)
{
	const struct stage_plan *planned = &observation->plan->probes[STAGE_SYS_SOCKET];

	if (planned->way == ATTACH_NONE || !own_sockets__are_missed(observation->tracer))
		return false;
	log_error("a socket that this tool has created was not seen, although %s() is observed by "
		  "%s: this kernel must have another copy of that function",
		  planned->function, attach_way_name(planned->way));
	return true;
}

int proving__begin(struct proving *proving, struct observation *observation,
		   struct blindness *blindness)
{
	proving->observation = observation;
	proving->blindness = blindness;
	read_needs(proving);
	if (settle(proving))
		log_warning("it cannot be tried whether probes fire: %s", strerror(errno));
	if (is_blind(proving) || misses_own_sockets(observation))
		return -1;
	proving->begun = true;
	return 0;
}

void proving__tick(struct proving *proving, __u64 now_ns)
{
	if (now_ns < proving->due_ns && !has_failed(proving))
		return;
	proving->due_ns = now_ns + INTERVAL_NS;
	read_needs(proving);
	if (try_all(proving))
		log_verbose("it cannot be tried whether probes fire: %s", strerror(errno));
}

void proving__finish(struct proving *proving)
{
	if (settle(proving))
		log_verbose("it cannot be tried whether probes fire: %s", strerror(errno));
}

/* Whether probes of some way that is in use do not fire now. */
static bool are_stopped(const struct proving *proving)
{
	bool fired[NR_PROOFS];
	int i;

	if (proof__call(&proving->proofs, proving->observation->tracer, fired))
		return false;
	for (i = 0; i < NR_PROOFS; i++) {
		if (proving->ways[i].needed && proving->proofs.links[i] && !fired[i])
			return true;
	}
	return false;
}

/*
 * While ftrace is switched off, the kernel counts the probes that are removed, but does not change
 * the functions. If it is switched on before the last one is removed, it takes what is left for
 * an error: ftrace_shutdown() and FTRACE_WARN_ON_ONCE() in kernel/trace/ftrace.c.
 */
static void warn_of_switch(const struct proving *proving)
{
	const struct kernel_switch *off = switches__find_off(false);

	if (off && are_stopped(proving))
		log_warning("%s is 0 while probes are removed: leave it so until this tool has "
			    "ended, or the kernel may stop ftrace until the next boot",
			    off->name);
}

void proving__end(struct proving *proving)
{
	warn_of_switch(proving);
	proof__end(&proving->proofs);
}
