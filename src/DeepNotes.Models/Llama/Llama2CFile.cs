using System.Runtime.InteropServices;

namespace DeepNotes.Models;

/// <summary>Models in the file format of Karpathy's llama2.c, version 0: seven numbers, then all weights in Float32.</summary>
public static class Llama2CFile
{
    private const int HeaderBytes = 28;

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file, such as stories15M.bin.</param>
    /// <exception cref="TensorFormatException">The file is none, or is not as long as its header says.</exception>
    public static Llama Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = File.OpenRead(path);
        var header = new int[HeaderBytes / sizeof(int)];
        if (file.Length < HeaderBytes) throw new TensorFormatException($"{path}: a llama2.c file begins with {HeaderBytes} bytes; this one has {file.Length}.");
        file.ReadExactly(MemoryMarshal.AsBytes(header.AsSpan()));
        // A negative vocabulary says that the output layer has weights of its own.
        var (dim, hidden, layers, heads, kvHeads, vocabulary, positions) = (header[0], header[1], header[2], header[3], header[4], Math.Abs((long)header[5]), header[6]);
        bool isTied = header[5] > 0;
        if (dim < 1 || hidden < 1 || layers < 1 || heads < 1 || kvHeads < 1 || vocabulary is < 1 or > int.MaxValue || positions < 1 || dim % heads != 0 || heads % kvHeads != 0 || dim / heads % 2 != 0)
            throw new TensorFormatException($"{path}: [{string.Join(", ", header)}] are not the sizes of a llama2.c model.");
        int size = dim / heads;
        long kvDim = (long)kvHeads * size;
        Int128 numbers = (Int128)vocabulary * dim * (isTied ? 1 : 2) + (Int128)layers * (2 * (Int128)dim + 2 * (Int128)dim * dim + 2 * kvDim * (Int128)dim + 3 * (Int128)hidden * dim) + dim + (Int128)positions * size;
        if (file.Length != HeaderBytes + 4 * numbers) throw new TensorFormatException($"{path}: its header asks for {HeaderBytes + 4 * numbers} bytes; there are {file.Length}.");

        var model = new Llama(new LlamaConfig((int)vocabulary, dim, hidden, layers, heads) { KvHeads = kvHeads, MaxPositions = positions, InterleavedRope = true, TieEmbeddings = isTied });
        LlamaStack stack = model.Model;
        using (Grad.Off())
        {
            Fill(file, stack.EmbedTokens.Weight);
            foreach (LlamaLayer layer in stack.Layers) Fill(file, layer.InputLayernorm.Weight!);
            foreach (LlamaLayer layer in stack.Layers) Fill(file, layer.SelfAttn.QProj.Weight);
            foreach (LlamaLayer layer in stack.Layers) Fill(file, layer.SelfAttn.KProj.Weight);
            foreach (LlamaLayer layer in stack.Layers) Fill(file, layer.SelfAttn.VProj.Weight);
            foreach (LlamaLayer layer in stack.Layers) Fill(file, layer.SelfAttn.OProj.Weight);
            foreach (LlamaLayer layer in stack.Layers) Fill(file, layer.PostAttentionLayernorm.Weight!);
            foreach (LlamaLayer layer in stack.Layers) Fill(file, layer.Mlp.GateProj.Weight);
            foreach (LlamaLayer layer in stack.Layers) Fill(file, layer.Mlp.DownProj.Weight);
            foreach (LlamaLayer layer in stack.Layers) Fill(file, layer.Mlp.UpProj.Weight);
            Fill(file, stack.Norm.Weight!);
            // Cosines and sines of the positions, which the model computes itself.
            file.Seek((long)positions * size * sizeof(float), SeekOrigin.Current);
            if (model.LmHead is { } head) Fill(file, head.Weight);
        }
        model.Eval();
        return model;
    }

    private static void Fill(FileStream file, Tensor weight)
    {
        var numbers = new float[weight.Count];
        file.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        weight.CopyFrom(Tensor.From<float>(numbers, weight.Shape));
    }
}
