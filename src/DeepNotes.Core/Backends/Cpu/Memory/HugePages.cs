using System.Runtime.InteropServices;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Asks Linux for pages of 2 MB where a buffer has room for them: a processor that streams through memory then looks addresses up
/// five hundred times less often, and its prefetching does not stop every 4 KB. Elsewhere, and where the kernel declines, nothing happens.
/// </summary>
internal static unsafe partial class HugePages
{
    private const nint Size = 2 << 20;
    private const int MadvHugePage = 14;

    private static bool isAvailable = OperatingSystem.IsLinux();

    /// <summary>The same buffer, with the whole huge pages inside it marked before they are first written.</summary>
    /// <param name="buffer">A pinned array.</param>
    public static ulong[] Advise(ulong[] buffer)
    {
        if (!isAvailable || buffer.Length * 8L < 2 * Size) return buffer;
        fixed (ulong* first = &MemoryMarshal.GetArrayDataReference(buffer))
        {
            nint from = ((nint)first + Size - 1) & -Size, to = ((nint)first + (nint)buffer.Length * 8) & -Size;
            try
            {
                _ = Advise(from, (nuint)(to - from), MadvHugePage);
            }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
            {
                isAvailable = false;
            }
        }
        return buffer;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
