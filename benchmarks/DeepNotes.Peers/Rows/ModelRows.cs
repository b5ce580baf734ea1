using DeepNotes.Models;
using DeepNotes.Nn;
using TorchSharp;

namespace DeepNotes.Peers.Rows;

/// <summary>Steps of training of whole models.</summary>
static class ModelRows
{
    public static IEnumerable<(string Name, Func<Row> Make)> All => Plans.Select(p => (p.Name, new Func<Row>(() => new TrainingStep(p.Make()))));

    public static IEnumerable<(string Name, Func<TrainingPlan> Make)> Plans =>
    [
        ("resnet18_step", ResNet18),
        ("lstm_step", () => Recurrent(isLstm: true)),
        ("gru_step", () => Recurrent(isLstm: false)),
        ("gpt_step", GptSmall),
        ("bert_mini_step", BertMini),
    ];

    /// <summary>
    /// Biases begin at zero, so that here they are their gradients; those of the first layers differ by 4e-3 between PyTorch's own Float32 and Float64,
    /// as rounding decides for some of a million units whether they are on.
    /// </summary>
    static TrainingPlan ResNet18()
    {
        const int Batch = 16;
        double first = Work.Product(Batch * 32 * 32, 27, 64), others = Work.Product(Batch, 512, 10) + Stage(32, 64, 64) + Stage(16, 64, 128) + Stage(8, 128, 256) + Stage(4, 256, 512);
        return new(
            () => TrainingPlan.Of(ResNet.ResNet18(classes: 10, smallImages: true)), () => new TorchResNet(),
            p => new SGD(p, learningRate: 1e-4, momentum: 0.9, weightDecay: 5e-4), p => torch.optim.SGD(p, learningRate: 1e-4, momentum: 0.9, weight_decay: 5e-4),
            [Batch, 3, 32, 32], 10, Work.Flops(2 * first + 3 * others)) { Tolerance = 0.1 };

        static double Stage(int side, int before, int width) =>
            Work.Product(Batch * side * side, 9 * before, width) + 3 * Work.Product(Batch * side * side, 9 * width, width) + (before == width ? 0 : Work.Product(Batch * side * side, before, width));
    }

    /// <summary>64 steps of 128 numbers, 32 sequences, two layers of 256.</summary>
    static TrainingPlan Recurrent(bool isLstm)
    {
        const int Steps = 64, Batch = 32, Input = 128, Hidden = 256;
        int gates = isLstm ? 4 : 3;
        double first = Work.Product(Steps * Batch, Input, gates * Hidden), others = 3 * Work.Product(Steps * Batch, Hidden, gates * Hidden);
        return new(
            () => TrainingPlan.Of(new RecurrentClassifier(isLstm, Input, Hidden, 2, 10)), () => new TorchRecurrent(isLstm, Input, Hidden, 2, 10),
            p => new Adam(p, learningRate: 1e-4), p => torch.optim.Adam(p, lr: 1e-4),
            [Steps, Batch, Input], 10, Work.Flops(2 * first + 3 * others)) { Labels = Batch, Tolerance = 1e-3 };
    }

    /// <summary>Letters of 65 kinds, 12 texts of 64; four layers of 128 with four heads. Learns slowly: the gradient of the keys' bias is zero but for rounding, and AdamW makes steps of it.</summary>
    static TrainingPlan GptSmall()
    {
        const int Batch = 12, Time = 64, Width = 128, Layers = 4, Letters = 65;
        double work = Layers * Transformer(Batch * Time, Time / 2.0, Width) + Work.Product(Batch * Time, Width, Letters);
        return new(
            () =>
            {
                Gpt ours = new(new(Letters, Width, Layers, 4) { MaxPositions = Time, Dropout = 0 });
                return (ours, tokens => ours.Forward(tokens).Flatten(0, 1));
            }, () => new TorchGpt(Letters, Time, Width, Layers, 4),
            p => new AdamW(p, learningRate: 1e-5), p => torch.optim.AdamW(p, lr: 1e-5),
            [Batch, Time], Letters, Work.Flops(3 * work)) { Labels = Batch * Time, Vocabulary = Letters, Tolerance = 2e-3 };
    }

    /// <summary>BERT-mini, four layers of 256 with four heads, learns to classify eight texts of 128 tokens.</summary>
    static TrainingPlan BertMini()
    {
        const int Batch = 8, Time = 128, Width = 256, Layers = 4, Words = 30522;
        return new(
            () =>
            {
                BertClassifier ours = new(new(Words, Width, Layers, 4) { Dropout = 0 }, 2);
                return (ours, tokens => ours.Forward(tokens));
            }, () => new TorchBert(Words, Width, Layers, 4, classes: 2),
            p => new AdamW(p, learningRate: 1e-5), p => torch.optim.AdamW(p, lr: 1e-5),
            [Batch, Time], 2, Work.Flops(3 * Layers * Transformer(Batch * Time, Time, Width))) { Vocabulary = Words, Tolerance = 2e-3 };
    }

    /// <summary>The products of one layer: four square ones, two with four times the width, and the two of attention.</summary>
    public static double Transformer(double rows, double seen, double width) => 12 * Work.Product(rows, width, width) + 2 * Work.Product(rows, seen, width);
}
