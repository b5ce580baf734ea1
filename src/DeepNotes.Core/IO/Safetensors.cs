namespace DeepNotes.IO;

/// <summary>
/// Named tensors in a file of the safetensors format: the length of a JSON header as 64 bits, the header, the numbers. A
/// file from outside is checked before anything is made of it, and nothing in it runs.
/// </summary>
public static partial class Safetensors
{
    /// <summary>Writes tensors to a file; what was there before is replaced only when the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Text to store with them, or null for none.</param>
    /// <exception cref="ArgumentException">A name is that of the metadata entry, or there twice.</exception>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var entries = Collect(tensors);
        AtomicFile.Write(path, stream => Write(stream, entries, metadata));
    }

    /// <summary>Reads all tensors of a file into memory. <see cref="Open"/> maps them instead.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors by name.</returns>
    /// <exception cref="TensorFormatException">The file is not what it should be; the message says where.</exception>
    public static Dictionary<string, Tensor> Load(string path) => Load(path, out _);

    /// <summary>Reads all tensors of a file into memory, and its metadata.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">The text stored with them; empty if there is none.</param>
    /// <returns>The tensors by name.</returns>
    /// <exception cref="TensorFormatException">The file is not what it should be; the message says where.</exception>
    public static Dictionary<string, Tensor> Load(string path, out Dictionary<string, string> metadata)
    {
        var result = new Dictionary<string, Tensor>();
        metadata = new(Read(path, file => file.Names, result));
        return result;
    }

    /// <summary>Opens a file to load tensors one by one, mapped into memory rather than copied: for files that are large, or of which a part is wanted.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFormatException">The file is not what it should be; the message says where.</exception>
    public static SafetensorsFile Open(string path) => new(path);

    private static IReadOnlyDictionary<string, string> Read(string path, Func<SafetensorsFile, IEnumerable<string>> names, Dictionary<string, Tensor> result)
    {
        var file = new SafetensorsFile(path);
        try
        {
            foreach (string name in names(file)) result.Add(name, file.Read(name));
            return file.Metadata;
        }
        finally
        {
            file.Close();
        }
    }

    /// <summary>The tensors as they are written: on the CPU and contiguous, detached from any graph.</summary>
    private static List<(string Name, Tensor Tensor)> Collect(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var entries = new List<(string Name, Tensor Tensor)>();
        var names = new HashSet<string>();
        foreach (var (name, tensor) in tensors)
        {
            if (name == SafetensorsHeader.MetadataKey) throw new ArgumentException($"A tensor cannot be named {name}: that is where the format keeps its metadata.", nameof(tensors));
            if (!names.Add(name)) throw new ArgumentException($"Two tensors have the name \"{name}\".", nameof(tensors));
            using (Grad.Off()) entries.Add((name, tensor.Detach().To(Device.Cpu).Contiguous()));
        }
        return entries;
    }

    private static void Write(Stream stream, List<(string Name, Tensor Tensor)> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        // Wide elements first, as the format's own writer does: every tensor is then aligned to its element.
        entries.Sort((a, b) => a.Tensor.DType.Size() != b.Tensor.DType.Size() ? b.Tensor.DType.Size() - a.Tensor.DType.Size() : string.CompareOrdinal(a.Name, b.Name));
        stream.Write(SafetensorsHeader.Write(entries, metadata));
        foreach (var (_, tensor) in entries) TensorBytes.Write(stream, tensor);
    }
}
