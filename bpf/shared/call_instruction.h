/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells whether an address can be a return address: whether the instruction before it is a call. It
 * looks at machine code only, so that it can be tested without BPF.
 */
#ifndef CALL_INSTRUCTION_H
#define CALL_INSTRUCTION_H

#ifndef __VMLINUX_H__ /* user space */
#include <stdbool.h>
#include <linux/types.h>
#endif

/* The bytes of code before an address that are needed. */
#define CALL_INSTRUCTION_BYTES 8

/* Return the n-th byte before the address, counting from 1. code holds them as memory does. */
static inline __u8 call_instruction__byte(__u64 code, int n)
{
	return code >> 8 * (CALL_INSTRUCTION_BYTES - n);
}

/* Return whether an indirect call of x86 (FF /2) of this many bytes ends there. */
static inline bool call_instruction__is_indirect(__u64 code, int length)
{
	__u8 modrm = call_instruction__byte(code, length - 1);
	__u8 mod = modrm >> 6, rm = modrm & 7;
	int displacement = mod == 1 ? 1 : mod == 2 ? 4 : 0;
	bool has_sib = mod != 3 && rm == 4;

	if (call_instruction__byte(code, length) != 0xff || (modrm >> 3 & 7) != 2)
		return false;
	/* Without a base register there are four bytes of displacement. */
	if (mod == 0 && (rm == 5 || (has_sib && length > 2 &&
				     (call_instruction__byte(code, length - 2) & 7) == 5)))
		displacement = 4;
	return length == 2 + has_sib + displacement;
}

/*
 * Return whether a call of x86, in 64-bit or in 32-bit code, ends at the address. Prefixes do not
 * matter. Other instructions can happen to end with the same bytes.
 */
static inline bool call_instruction__ends_x86(__u64 code)
{
	return call_instruction__byte(code, 5) == 0xe8 || call_instruction__is_indirect(code, 2) ||
	       call_instruction__is_indirect(code, 3) || call_instruction__is_indirect(code, 4) ||
	       call_instruction__is_indirect(code, 6) || call_instruction__is_indirect(code, 7);
}

/* Return whether BL, BLR, BLRAA or the like of arm64 ends at the address. */
static inline bool call_instruction__ends_arm64(__u64 code)
{
	__u32 instruction = code >> 32;

	return (instruction & 0xfc000000) == 0x94000000 ||
	       (instruction & 0xfffffc1f) == 0xd63f0000 || (instruction & 0xfefff800) == 0xd63f0800;
}

/*
 * Return whether BL or BLX of 32-bit ARM ends at the address. thumb is the lowest bit of the return
 * address, which is not part of the place that code is from.
 */
static inline bool call_instruction__ends_arm(__u64 code, bool thumb)
{
	__u32 instruction = code >> 32;
	__u16 first = instruction, second = instruction >> 16;

	if (thumb)
		return ((first & 0xf800) == 0xf000 && (second & 0xc000) == 0xc000) ||
		       (second & 0xff87) == 0x4780;
	return (instruction & 0x0f000000) == 0x0b000000 ||
	       (instruction & 0xfe000000) == 0xfa000000 || (instruction & 0x0ffffff0) == 0x012fff30;
}

#endif /* CALL_INSTRUCTION_H */
