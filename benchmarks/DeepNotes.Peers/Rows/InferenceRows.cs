using DeepNotes.Nn;
using TorchSharp;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepNotes.Peers.Rows;

/// <summary>One input through a model without gradients: ours a snapshot, theirs in evaluation mode.</summary>
static class InferenceRows
{
    public static IEnumerable<(string Name, Func<Row> Make)> All =>
    [
        ("infer_policy", () => Make(Networks.Policy, [1, 4])),
        ("infer_mlp", () => Make(Networks.Mlp, [1, 784])),
        ("infer_lenet", () => Make(Networks.LeNet, [1, 1, 28, 28])),
    ];

    static Inference Make((Func<Sequential> Ours, Func<TorchModule> Theirs) networks, int[] input) => new(networks.Ours(), networks.Theirs(), input);

    sealed class Inference : Row
    {
        readonly Sequential ours;
        readonly TorchModule theirs;
        readonly Tensor ourInput;
        readonly torch.Tensor theirInput;

        public Inference(Sequential ours, TorchModule theirs, int[] input)
        {
            Networks.Copy(theirs, ours);
            this.ours = ours.Snapshot();
            this.theirs = theirs;
            theirs.eval();
            float[] values = Numbers.Uniform(Numbers.Count(input), seed: 1);
            ourInput = Numbers.ForUs(values, input);
            theirInput = Numbers.ForThem(values, input);
        }

        public override Work Work => Work.Calls;

        public override void Ours() => ours.Forward(ourInput);

        public override void Theirs()
        {
            using var off = torch.no_grad();
            using var y = theirs.forward(theirInput);
        }

        public override IEnumerable<Pair> Results()
        {
            using var off = torch.no_grad();
            using var their = theirs.forward(theirInput);
            yield return new("output", Numbers.Read(ours.Forward(ourInput)), Numbers.Read(their));
        }

        public override void Dispose()
        {
            theirInput.Dispose();
            theirs.Dispose();
        }
    }
}
