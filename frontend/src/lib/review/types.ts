import type { Schemas } from '$lib/api/types';

export type { ReviewMode } from '$lib/rounds/review-modes';

export type Review = Schemas['ReviewOut'];
export type Page = Schemas['PageOut'];
export type Pages = Schemas['PagesOut'];
export type PageAnswer = Schemas['PageAnswer'];
export type Confirmed = Schemas['ConfirmedPage'];
export type Undone = Schemas['UndonePage'];
export type MyPage = Schemas['MyPage'];
