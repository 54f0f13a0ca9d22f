// A seeded generator (mulberry32), so that a run can be had again.
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(bound) {
    return Math.floor(this.next() * bound);
  }

  chance(one) {
    return this.below(one) === 0;
  }

  one(list) {
    return list[this.below(list.length)];
  }

  some(list, most) {
    const count = this.below(most + 1);
    return Array.from({ length: count }, () => this.one(list));
  }

  hex(digits) {
    let text = "";
    while (text.length < digits) text += this.below(16).toString(16);
    return text;
  }
}
