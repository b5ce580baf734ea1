using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DeepNotes.IO;

/// <summary>
/// Memory that is a part of a file, mapped for this storage alone: pages are read when they are first looked at, and one
/// that is written becomes a copy, so the file never changes. The mapping ends with the storage, or never once its memory
/// was shown as a span: a span cannot keep it.
/// </summary>
internal sealed unsafe class MappedStorage : CpuStorage
{
    // Storages address their memory from the start of an array; this one does not move, so any address is at a fixed distance.
    private static readonly ulong[] Anchor = GC.AllocateArray<ulong>(1, pinned: true);

    // Nothing else refers to the handle: its own finalizer unmaps, when no tensor is left.
    private readonly SafeMemoryMappedViewHandle view;
    private int isExposed;

    private MappedStorage(SafeMemoryMappedViewHandle view, long offsetInView, long bytes) : base(bytes)
    {
        this.view = view;
        words = Anchor;
        fixed (ulong* anchor = &MemoryMarshal.GetArrayDataReference(Anchor)) start = (nint)(view.DangerousGetHandle() + offsetInView - (nint)anchor);
    }

    /// <summary>Maps a part of a file.</summary>
    public static MappedStorage Map(MemoryMappedFile file, long offset, long bytes)
    {
        var accessor = file.CreateViewAccessor(offset, bytes, MemoryMappedFileAccess.CopyOnWrite);
        var storage = new MappedStorage(accessor.SafeMemoryMappedViewHandle, accessor.PointerOffset, bytes);
        TensorScope.Register(storage);
        return storage;
    }

    public override void Expose()
    {
        if (Interlocked.Exchange(ref isExposed, 1) != 0) return;
        bool added = false;
        view.DangerousAddRef(ref added);
    }

    public override void Release()
    {
        words = null;
        // Counted references defer this: what was exposed stays mapped.
        view.Dispose();
    }
}
