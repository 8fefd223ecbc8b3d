/* SPDX-License-Identifier: GPL-2.0 */
/* The programs by which kprobe.session observes stages: see kprobe_session.bpf.h. */
#ifndef KPROBE_SESSION_H
#define KPROBE_SESSION_H

/* The section of all of them, for which the front end tells libbpf what they are. */
#define KPROBE_SESSION_SECTION "kprobe.session"

#endif /* KPROBE_SESSION_H */
