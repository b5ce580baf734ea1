using DeepNotes.Models;
using DeepNotes.Nn;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchNn = TorchSharp.torch.nn;

namespace DeepNotes.Peers.Rows;

/// <summary>The same networks for both sides, made one by one, their parameters in the same order.</summary>
static class Networks
{
    public static readonly (Func<Sequential> Ours, Func<TorchModule> Theirs) Mlp = (
        () => [new Linear(784, 256), new ReLU(), new Linear(256, 10)],
        () => TorchNn.Sequential(TorchNn.Linear(784, 256), TorchNn.ReLU(), TorchNn.Linear(256, 10)));

    public static readonly (Func<Sequential> Ours, Func<TorchModule> Theirs) Policy = (
        () => [new Linear(4, 128), new Tanh(), new Linear(128, 128), new Tanh(), new Linear(128, 2)],
        () => TorchNn.Sequential(TorchNn.Linear(4, 128), TorchNn.Tanh(), TorchNn.Linear(128, 128), TorchNn.Tanh(), TorchNn.Linear(128, 2)));

    public static readonly (Func<Sequential> Ours, Func<TorchModule> Theirs) LeNet = (
        () => [
            new Conv2d(1, 6, 5, padding: 2), new ReLU(), new MaxPool2d(2), new Conv2d(6, 16, 5), new ReLU(), new MaxPool2d(2), new Flatten(),
            new Linear(400, 120), new ReLU(), new Linear(120, 84), new ReLU(), new Linear(84, 10),
        ],
        () => TorchNn.Sequential(
            TorchNn.Conv2d(1, 6, 5, padding: 2), TorchNn.ReLU(), TorchNn.MaxPool2d(2), TorchNn.Conv2d(6, 16, 5), TorchNn.ReLU(), TorchNn.MaxPool2d(2), TorchNn.Flatten(),
            TorchNn.Linear(400, 120), TorchNn.ReLU(), TorchNn.Linear(120, 84), TorchNn.ReLU(), TorchNn.Linear(84, 10)));

    /// <summary>Our parameters with theirs, ours seen as theirs lie: GPT-2's matrices the other way round.</summary>
    public static IEnumerable<(Tensor Ours, TorchSharp.Modules.Parameter Theirs)> Pairs(Module ours, TorchNn.Module theirs)
    {
        HashSet<Parameter> turned = [.. ours.Modules().OfType<Conv1D>().Select(m => m.Weight)];
        return ours.Parameters().Zip(theirs.parameters(), (o, t) => (turned.Contains(o) ? o.Detach().Mt : o.Detach(), t));
    }

    /// <summary>Gives ours the numbers of theirs.</summary>
    public static void Copy(TorchNn.Module from, Module to)
    {
        using var off = Grad.Off();
        foreach (var (our, their) in Pairs(to, from))
            our.CopyFrom(Numbers.ForUs(Numbers.Read(their), [.. their.shape.Select(d => (int)d)]));
    }
}
