using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DeepNotes.Backends.Cpu;

/// <summary>Where packed panels and padded images lie: per thread, reused by every call, pinned and aligned to 64 bytes.</summary>
internal static unsafe class GemmMemory
{
    [ThreadStatic] private static Scratch rows;
    [ThreadStatic] private static Scratch columns;
    [ThreadStatic] private static Scratch image;
    [ThreadStatic] private static Scratch weights;
    [ThreadStatic] private static Scratch offsets;

    /// <summary>Bytes of second-level cache that one processor has for itself.</summary>
    public static int SecondLevelCache { get; } = ReadSecondLevelCache();

    /// <summary>This thread's memory for one panel of the left matrix; valid until the thread asks again.</summary>
    public static byte* Rows(nint bytes) => rows.AtLeast(bytes);

    /// <summary>This thread's memory for a block of the right matrix; valid until the thread asks again.</summary>
    public static byte* Columns(nint bytes) => columns.AtLeast(bytes);

    /// <summary>This thread's memory for a padded image; valid until the thread asks again.</summary>
    public static byte* Image(nint bytes) => image.AtLeast(bytes);

    /// <summary>This thread's memory for rearranged weights or sums of them; valid until the thread asks again.</summary>
    public static byte* Weights(nint bytes) => weights.AtLeast(bytes);

    /// <summary>This thread's memory for the offsets of a convolution; valid until the thread asks again.</summary>
    public static byte* Offsets(nint bytes) => offsets.AtLeast(bytes);

    private static int ReadSecondLevelCache()
    {
        const int typical = 512 << 10;
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000006) return typical;
        // Kilobytes in the upper half, with AMD and Intel alike; a hypervisor may report nothing.
        int bytes = (X86Base.CpuId(unchecked((int)0x80000006), 0).Ecx >>> 16) << 10;
        return bytes == 0 ? typical : Math.Clamp(bytes, 128 << 10, 4 << 20);
    }

    private struct Scratch
    {
        private ulong[]? words;
        private byte* start;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public byte* AtLeast(nint bytes) => words is not null && words.Length * 8L - 128 >= bytes ? start : Grow(bytes);

        private byte* Grow(nint bytes)
        {
            // 64 bytes to align, and as many behind for the surplus of packed panels.
            words = GC.AllocateUninitializedArray<ulong>(checked((int)(bytes / 8 + 17)), pinned: true);
            return start = (byte*)(((nint)Unsafe.AsPointer(ref words[0]) + 63) & ~63);
        }
    }
}
