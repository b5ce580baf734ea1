namespace DeepNotes.IO;

/// <summary>
/// Files that are there completely or not at all: each is written beside its place and flushed to the disk; when all are,
/// they are renamed in the order in which they came. What was not committed is removed.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly Queue<(string Temporary, string Final)> written = new();

    /// <summary>Writes one file and puts it in its place.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile();
        file.Add(path, write);
        file.Commit();
    }

    /// <summary>Writes a file beside its place.</summary>
    public void Add(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        written.Enqueue((temporary, full));
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Puts the files in their places.</summary>
    public void Commit()
    {
        while (written.TryPeek(out var file))
        {
            File.Move(file.Temporary, file.Final, overwrite: true);
            written.Dequeue();
        }
    }

    public void Dispose()
    {
        while (written.TryDequeue(out var file)) File.Delete(file.Temporary);
    }
}
