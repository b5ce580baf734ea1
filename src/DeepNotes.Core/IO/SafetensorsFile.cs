using System.IO.MemoryMappedFiles;
using DeepNotes.Backends.Cpu;
using Microsoft.Win32.SafeHandles;

namespace DeepNotes.IO;

/// <summary>
/// An open safetensors file whose tensors are loaded one by one. A loaded tensor is the file, mapped into memory: its
/// pages are read when they are first used, and nothing is copied until it is written to. Nothing has to be disposed.
/// </summary>
/// <remarks>
/// The file may be replaced or deleted while it is open: what was loaded, and what is loaded later, stays what it was. It must not be changed in
/// place or made shorter: mapped numbers change with it, and the operating system ends programs that read a mapping beyond its file.
/// All members may be called from several threads.
/// </remarks>
public sealed class SafetensorsFile
{
    private readonly SafeFileHandle handle;
    private readonly MemoryMappedFile mapping;
    private readonly SafetensorsHeader header;
    private readonly Dictionary<string, int> places = [];
    private readonly string[] names;

    internal SafetensorsFile(string path)
    {
        Path = path;
        handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            header = SafetensorsHeader.Read(handle, path);
            mapping = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        names = new string[header.Entries.Count];
        for (int i = 0; i < names.Length; i++) places.Add(names[i] = header.Entries[i].Name, i);
    }

    /// <summary>The path with which it was opened.</summary>
    public string Path { get; }

    /// <summary>The tensors' names, in the order in which they stand in the file.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The text stored with the tensors; empty if there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>True if there is a tensor of this name.</summary>
    /// <param name="name">The tensor's name.</param>
    public bool Contains(string name) => places.ContainsKey(name);

    /// <summary>The shape of a tensor, without loading it.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    public Shape ShapeOf(string name) => Find(name).Shape;

    /// <summary>The element type of a tensor, without loading it.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    public DType DTypeOf(string name) => Find(name).DType;

    /// <summary>
    /// Loads a tensor: mapped, or copied where that cannot be or would not pay (a few kilobytes, truth values, numbers that the file does not align).
    /// Every call gives a tensor of its own; writing to one changes neither the file nor another.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    /// <exception cref="TensorFormatException">The file has become shorter since it was opened.</exception>
    public Tensor Load(string name)
    {
        var entry = Find(name);
        long bytes = entry.End - entry.Begin, position = header.DataStart + entry.Begin;
        bool mapped = bytes > Pool.SmallBytes && entry.DType != DType.Bool && position % entry.DType.Size() == 0;
        if (!mapped) return Read(entry);
        if (RandomAccess.GetLength(handle) < position + bytes) throw Shortened(entry);
        return new Tensor(MappedStorage.Map(mapping, position, bytes), entry.Shape, entry.DType);
    }

    /// <summary>A tensor's numbers in memory of its own.</summary>
    internal Tensor Read(string name) => Read(Find(name));

    /// <summary>Closes the file at a known time; mapped tensors stay.</summary>
    internal void Close()
    {
        mapping.Dispose();
        handle.Dispose();
    }

    private Tensor Read(SafetensorsEntry entry)
    {
        var tensor = Tensor.Allocate(entry.Shape, entry.DType, Device.Cpu);
        try
        {
            TensorBytes.Read(handle, header.DataStart + entry.Begin, tensor);
        }
        catch (EndOfStreamException)
        {
            throw Shortened(entry);
        }
        return tensor;
    }

    private SafetensorsEntry Find(string name) =>
        places.TryGetValue(name, out int place) ? header.Entries[place] : throw new KeyNotFoundException($"{Path} has no tensor \"{name}\".");

    private TensorFormatException Shortened(SafetensorsEntry entry) => new($"{Path}: the file ends inside the tensor \"{entry.Name}\".");
}
